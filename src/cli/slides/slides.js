// The deck's own script: starts reveal.js. `S` opens the presenter's view.
import Highlight from '/reveal/highlight.mjs';
import Notes from '/reveal/notes.mjs';
import Reveal from '/reveal/reveal.mjs';

await Reveal.initialize({
  plugins: [Highlight, Notes],
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  hash: true,
  transition: 'none',
  // Seconds for a slide without a plan, which is a title; with it the presenter sees a pace.
  defaultTiming: 15,
  controls: false,
  slideNumber: 'c/t',
});
