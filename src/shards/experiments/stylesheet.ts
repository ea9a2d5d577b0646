/**
 * How the report looks: large enough for the back row, and of colours that stay apart in light,
 * in dark, and for most who see colours differently.
 *
 * Source: the colours in light are Okabe and Ito's, "Color Universal Design"; yellow is
 * darkened to be seen on white.
 */

export const stylesheet = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1a1a1a; --soft: #5a5a5a; --line: #d5d5d5; --panel: #f5f6f8;
  --good: #00704f; --bad: #b3400e; --link: #0057a3;
  --series-1: #1a1a1a; --series-2: #0072b2; --series-3: #d55e00; --series-4: #009e73;
  --series-5: #b0479a; --series-6: #b08900; --series-7: #3aa0dd; --series-8: #8a5a2b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181d; --ink: #f0f0f0; --soft: #b4b8bf; --line: #3c424b; --panel: #1e232a;
    --good: #4fd1a5; --bad: #ff9d66; --link: #7cc4ff;
    --series-1: #f0f0f0; --series-2: #5cb3ff; --series-3: #ff8a3d; --series-4: #2fd49c;
    --series-5: #ee8bd3; --series-6: #f2d544; --series-7: #9adcff; --series-8: #d2a06d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 68rem;
  background: var(--page); color: var(--ink);
  font: 1.125rem/1.5 system-ui, sans-serif;
}
h1 { font-size: 2.25rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
section { margin-top: 3rem; padding-top: 2rem; border-top: 2px solid var(--line); }
a { color: var(--link); }
nav ul { padding: 0; margin: 1rem 0 0; list-style: none; }
.machine, .question { color: var(--soft); }
.rough { color: var(--bad); font-weight: 600; }
.conclusions { list-style: none; margin: 1.25rem 0; padding: 0; }
.conclusions li {
  margin: .6rem 0; padding: .7rem 1rem; background: var(--panel);
  border-left: .4rem solid var(--line); border-radius: .25rem;
}
.conclusions li.confirmed { border-color: var(--good); }
.conclusions li.refuted { border-color: var(--bad); }
.conclusions q { font-style: italic; }
.conclusions li > span:last-child { display: block; }
.verdict { font-weight: 700; margin-right: .4rem; }
.confirmed .verdict { color: var(--good); }
.refuted .verdict { color: var(--bad); }
figure { margin: 2rem 0; break-inside: avoid; }
figure h2 { font-size: 1.25rem; }
figure svg { overflow: visible; }
figure > svg { width: 100%; height: auto; }
figure > div[class*="swatches"] { font-size: 1rem; }
.table { overflow-x: auto; margin: 1.5rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child { text-align: left; font-weight: 600; white-space: nowrap; }
thead th { vertical-align: bottom; color: var(--soft); }
td small {
  display: block; color: var(--soft); font-size: .9rem; white-space: nowrap;
}
@media print {
  :root {
    --page: #fff; --ink: #000; --soft: #444; --line: #bbb; --panel: #fff;
    --good: #00563c; --bad: #8a2f08;
  }
  body { max-width: none; padding: 0; font-size: 11pt; }
  section { break-before: page; border: 0; }
  nav { display: none; }
}
`;
