/**
 * The lecture notes as a deck of slides: one HTML document for reveal.js. `##` is a slide, a
 * comment on lines of its own is what the presenter reads, a Mermaid block is replaced by the
 * figure of the same recording. Pure: pages in, text out.
 */
import { posix } from 'node:path';
import escapeHtml from 'escape-html';
import MarkdownIt from 'markdown-it';
import type { Page } from './notes-page.ts';
import { slugOf } from './notes-page.ts';

/** What the deck needs to know beyond its pages. */
export interface DeckParts {
  /** The SVG of a recording, by name. */
  readonly figures: ReadonlyMap<string, string>;
}

const markdown = new MarkdownIt({ html: true });

/** The whole document. Everything it loads is named `/…`, on the server that it comes from. */
export function renderDeck(pages: readonly Page[], parts: DeckParts): string {
  const sections = pages.map((page) => renderPage(page, pages, parts)).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>RPC and MapReduce</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/reveal/reset.css">
<link rel="stylesheet" href="/reveal/reveal.css">
<link rel="stylesheet" href="/slides.css">
<div class="reveal"><div class="slides">
${sections}
</div></div>
<script type="module" src="/slides.js"></script>
</html>
`;
}

/** A title slide, then its slides. */
function renderPage(page: Page, pages: readonly Page[], parts: DeckParts): string {
  const [head = ''] = page.text.split(/^## /m);
  const title = renderSlide(head, slugOf(page.title), pages, parts, 'title');
  const slides = page.slides.map(({ lines, slug }) =>
    renderSlide(lines.join('\n'), slug, pages, parts),
  );
  return [title, ...slides].join('\n');
}

function renderSlide(
  text: string,
  slug: string,
  pages: readonly Page[],
  parts: DeckParts,
  kind = 'slide',
): string {
  const notes = [...text.matchAll(/^<!--\s*(.*?)\s*-->$/gms)].map(
    ([, note = '']) => note,
  );
  const [, minutes] = /^(\d+) min\b/.exec(notes.join('\n')) ?? [];
  const timing = minutes === undefined ? '' : ` data-timing="${Number(minutes) * 60}"`;
  const aside = notes.map((note) => markdown.render(note)).join('');
  const body = markdown.render(text.replace(/<!--.*?-->/gs, ''), { pages, parts });
  return `<section id="${slug}" class="${kind}"${timing}>
${body}<aside class="notes">${aside}</aside>
</section>`;
}

const { rules } = markdown.renderer;

rules.fence = (tokens, index, _options, env) => {
  const { info = '', content = '' } = tokens[index] ?? {};
  const [language = '', source = ''] = info.split(/\s+/);
  if (language === 'mermaid') {
    const figure = (env as { parts: DeckParts }).parts.figures.get(source);
    return `<figure>${figure ?? escapeHtml(content)}</figure>\n`;
  }
  const name = language === 'ts' || language === 'go' ? source.replace(/#.*/, '') : '';
  const caption = name === '' ? '' : `<figcaption>${escapeHtml(name)}</figcaption>`;
  const marked = `<code class="language-${language}">${escapeHtml(content)}</code>`;
  const size = `style="font-size: ${chooseSize(content)}px"`;
  return `<div class="code">${caption}<pre ${size}>${marked}</pre></div>
`;
};

/** The longest line fills the slide's width, but small blocks are not huge. */
function chooseSize(code: string): number {
  const columns = Math.max(...code.split('\n').map(({ length }) => length));
  const [widthPx, emPerColumn, largestPx] = [1106, 0.603, 26];
  return Math.min(largestPx, Math.floor((10 * widthPx) / (columns * emPerColumn)) / 10);
}

rules.link_open = (tokens, index, options, env, self) => {
  const token = tokens[index];
  const href = String(token?.attrGet('href') ?? '');
  const target = resolveLink(href, (env as { pages: readonly Page[] }).pages);
  token?.attrSet('href', target);
  if (!target.startsWith('#')) token?.attrSet('target', '_blank');
  return self.renderToken(tokens, index, options);
};

/** A slide of the deck, or a file that the server shows as text. */
function resolveLink(href: string, pages: readonly Page[]): string {
  if (/^https?:/.test(href)) return href;
  const [file = '', slug] = href.split('#');
  if (slug !== undefined) return `#/${slug}`;
  const page = pages.find(({ path }) => path.endsWith(`/${file}`));
  return page ? `#/${slugOf(page.title)}` : `/${linkedFile(href)}`;
}

function linkedFile(href: string): string {
  return posix.join('slides-notes', href);
}

/** The files that slides link to, from the project's folder. */
export function listLinkedFiles(pages: readonly Page[]): Set<string> {
  const links = pages.flatMap(({ text }) => [
    ...text.matchAll(/\]\(((?!https?:)[^)#\s]+)\)/g),
  ]);
  return new Set(links.map(([, href]) => linkedFile(href as string)));
}
