/**
 * The report: one HTML page that holds everything it shows. No script, nothing from the
 * network; light or dark as the reader's system says, black on white on paper.
 */
import escapeHtml from 'escape-html';
import type { Cell, Conclusion, Table } from './experiment.ts';
import { drawFigure } from './figure.ts';
import { describeMachine, type Machine } from './machine.ts';
import { formatSpread } from './numbers.ts';
import { type Findings, verdictWords } from './run-experiments.ts';
import { stylesheet } from './stylesheet.ts';

export interface ReportInput {
  readonly machine: Machine;
  readonly seconds: number;
  readonly isQuick: boolean;
  readonly findings: readonly Findings[];
}

export function writeReport({
  machine,
  seconds,
  isQuick,
  findings,
}: ReportInput): string {
  const roughness = isQuick
    ? '<p class="rough">A quick look: too few measurements for numbers to be quoted.</p>'
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>State machines in processes: the experiments</title>
<style>${stylesheet}</style>
</head>
<body>
<header>
<h1>State machines in processes: the experiments</h1>
<p class="machine">${escapeHtml(describeMachine(machine))}</p>
<p>Measured in ${Math.round(seconds)} seconds. Numbers are medians; under each stands
between which two numbers the middle half of what was measured lies.</p>${roughness}
<nav><ul>${findings.map(writeLink).join('')}</ul></nav>
</header>
<main>
${findings.map(writeExperiment).join('\n')}
</main>
</body>
</html>
`;
}

function writeLink({ number, title }: Findings): string {
  return `<li><a href="#experiment-${number}">${number}. ${escapeHtml(title)}</a></li>`;
}

function writeExperiment(findings: Findings): string {
  const { number, title, question, conclusions, figures, tables } = findings;
  return `<section id="experiment-${number}">
<h2>${number}. ${escapeHtml(title)}</h2>
<p class="question">${escapeHtml(question)}</p>
<ul class="conclusions">${conclusions.map(writeConclusion).join('')}</ul>
${figures.map(drawFigure).join('\n')}
${tables.map(writeTable).join('\n')}
</section>`;
}

function writeConclusion({ verdict, hypothesis, sentence }: Conclusion): string {
  const head =
    hypothesis === undefined
      ? ''
      : `<span class="verdict">${verdictWords[verdict]}</span>
<q>${escapeHtml(hypothesis)}</q> `;
  return `<li class="${verdict}">${head}<span>${escapeHtml(sentence)}</span></li>`;
}

function writeTable({ caption, columns, rows }: Table): string {
  const head = columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map(([name, ...cells]) => {
    const numbers = cells.map((cell) => `<td>${writeCell(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeHtml(name)}</th>${numbers}</tr>`;
  });
  return `<div class="table" tabindex="0" role="region" aria-label="${escapeHtml(caption)}">
<table><caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`;
}

function writeCell(cell: Cell): string {
  if (typeof cell === 'string') return escapeHtml(cell);
  const spread = escapeHtml(formatSpread(cell.summary));
  return `${escapeHtml(cell.text)}<small>${spread}</small>`;
}
