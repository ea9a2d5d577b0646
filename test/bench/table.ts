/**
 * What a run prints, in 100 columns: the machine, a table for each row, the goals. Ratios are
 * the message; the rates beside them are this machine's of this minute.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Goal } from './goals.ts';
import type { Measurement, Row } from './rows.ts';

/** The machine, the versions and the day, in one line. */
export function describeMachine(): string {
  const processors = cpus();
  const model =
    processors[0]?.model.replaceAll(/\s+/g, ' ').trim() ?? 'unknown processor';
  const day = new Date().toISOString().slice(0, 10);
  return `${model}, ${processors.length} processors, Node ${process.version}, ${goVersion()}, ${day}`;
}

function goVersion(): string {
  try {
    const words = execFileSync('go', ['version'], { encoding: 'utf8' }).split(' ');
    return `Go ${words[2]?.replace('go', '')}`;
  } catch {
    return 'without Go';
  }
}

/** `ours / it`: how many times faster we are, by the first of ours in the row. */
export function formatRow(row: Row, measurements: readonly Measurement[]): string {
  const ours = measurements.find(({ contender }) => contender.kind === 'ours');
  const hasLaps = row.inFlight === 1;
  const head = [
    row.name.padEnd(24),
    'calls/s'.padStart(10),
    'min - max'.padStart(22),
    'ours / it'.padStart(11),
    ...(hasLaps ? ['p50 us'.padStart(10), 'p99 us'.padStart(10)] : []),
  ];
  const lines = measurements.map((measurement) => {
    const { contender, rates, medianRate, p50Us, p99Us, failure } = measurement;
    const name = `  ${contender.name}`.padEnd(24);
    if (failure !== undefined) return `${name}  failed: ${failure.slice(0, 70)}`;
    const spread = `${formatRate(Math.min(...rates))} - ${formatRate(Math.max(...rates))}`;
    const ratio =
      ours && medianRate > 0 ? (ours.medianRate / medianRate).toFixed(2) : '-';
    const laps = hasLaps ? [p50Us, p99Us] : [];
    return [
      name,
      formatRate(medianRate).padStart(10),
      spread.padStart(22),
      ratio.padStart(11),
      ...laps.map((lap) => (lap?.toFixed(1) ?? '-').padStart(10)),
    ].join('');
  });
  return [head.join(''), ...lines].join('\n');
}

function formatRate(rate: number): string {
  return rate < 1000 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en');
}

export function formatGoals(goals: readonly Goal[]): string {
  const lines = goals.map(({ name, wanted, reached, isMet, unit }) => {
    const verdict = reached === undefined ? 'not run' : isMet ? 'met' : 'NOT MET';
    const number = reached === undefined ? '-' : `${reached.toFixed(2)}${unit}`;
    return `  ${verdict.padEnd(9)}${number.padStart(10)}  ${wanted.padEnd(12)}  ${name}`;
  });
  return ['goals, by the medians of this run', ...lines].join('\n');
}
