/**
 * What an experiment has found, for a terminal of 80 columns: its tables, then its sentences.
 */
import chalk from 'chalk';
import { wrap } from '../grading/report.ts';
import type {
  Cell,
  Conclusion,
  Summary,
  Table,
} from '../shards/experiments/experiment.ts';
import { type Findings, verdictWords } from '../shards/experiments/run-experiments.ts';

const width = 80;

export function formatFindings({ number, title, tables, conclusions }: Findings): string {
  return [
    chalk.bold(`${number}. ${title}`),
    ...tables.map(formatTable),
    ...conclusions.map(formatConclusion),
  ].join('\n\n');
}

/** Measured numbers are followed by how far they may be off: the widest spread of the row. */
export function formatTable({ caption, columns, rows }: Table): string {
  const isMeasured = rows.some(([, ...cells]) =>
    cells.some((cell) => typeof cell !== 'string'),
  );
  const lines = [
    isMeasured ? [...columns, 'spread'] : [...columns],
    ...rows.map(([name, ...cells]) => [
      name,
      ...cells.map(textOf),
      ...(isMeasured ? [describeSpread(cells)] : []),
    ]),
  ];
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const [head, ...body] = lines.map((line) =>
    line
      .map((text, column) => {
        const columnWidth = widths?.[column] ?? 0;
        return column === 0 ? text.padEnd(columnWidth) : text.padStart(columnWidth);
      })
      .join('  '),
  );
  return [caption, chalk.dim(head), ...body].join('\n');
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Half of what lies between the quartiles, as a part of the median. */
function describeSpread(cells: readonly Cell[]): string {
  const spreads = cells
    .filter((cell) => typeof cell !== 'string')
    .map(
      ({ summary }: { summary: Summary }) =>
        (summary.high - summary.low) / 2 / summary.median,
    );
  return spreads.length === 0 ? '' : `±${Math.round(100 * Math.max(...spreads))} %`;
}

function formatConclusion({ verdict, hypothesis, sentence }: Conclusion): string {
  if (hypothesis === undefined) return wrap(sentence, width).join('\n');
  const paint = verdict === 'confirmed' ? chalk.green : chalk.red;
  const [first = '', ...rest] = wrap(`${verdictWords[verdict]} “${hypothesis}”`, width);
  const head = first.replace(verdictWords[verdict], (word) => paint(word));
  return [head, ...rest, ...wrap(sentence, width)].join('\n');
}
