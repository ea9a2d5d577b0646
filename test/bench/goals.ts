/**
 * What we want to reach, as ratios of one run. A goal is not a test: it says what holds on the
 * machine at hand, and a busy one may miss it.
 */
import type { Measurement, Row } from './rows.ts';

export interface Goal {
  readonly name: string;
  /** `at least 1.5`. */
  readonly wanted: string;
  /** Undefined: this run did not measure what it takes. */
  readonly reached: number | undefined;
  readonly isMet: boolean;
  readonly unit: '' | ' MiB';
}

export interface MeasuredRow {
  readonly row: Row;
  readonly measurements: readonly Measurement[];
}

type Choice = (measurement: Measurement) => boolean;

const isNodePeer: Choice = ({ contender }) => contender.kind === 'node';
const isNodeJsonPeer: Choice = ({ contender }) =>
  contender.kind === 'node' && contender.isJson;
const isNamed =
  (...names: string[]): Choice =>
  ({ contender }) =>
    names.includes(contender.name);

/** What `dial` speaks where nothing else is asked for. */
const isDefault = isNamed('ours json-rpc');
/** What carries bytes beside the JSON. */
const isFramed = isNamed('ours framed-json');

export function judgeRows(measured: readonly MeasuredRow[]): Goal[] {
  const compare = (rowName: string, ours: Choice, other: Choice) => {
    const found = measured.find(({ row }) => row.name === rowName);
    if (!found) return undefined;
    return divide(fastest(found.measurements, ours), fastest(found.measurements, other));
  };
  const small = ['add x64', 'add x512'] as const;
  const overNode = { 'add x64': 1.5, 'add x512': 2.2 };
  const overGo = { 'add x64': 2, 'add x512': 3 };
  return [
    ...small.flatMap((name) => [
      atLeast(
        overNode[name],
        `${name}: the fastest Node peer`,
        compare(name, isDefault, isNodePeer),
      ),
      atLeast(
        overGo[name],
        `${name}: Go's jsonrpc`,
        compare(name, isDefault, isNamed('Go jsonrpc')),
      ),
      atLeast(
        0.8,
        `${name}: the hand-rolled loop`,
        compare(name, isDefault, isNamed('hand-rolled')),
      ),
    ]),
    ...measured
      .filter(({ row }) => row.method !== 'bytes')
      .map(({ row }) =>
        atLeast(
          1,
          `${row.name}: the fastest Node JSON peer`,
          compare(row.name, isDefault, isNodeJsonPeer),
        ),
      ),
    ...measured.map(({ row }) =>
      atLeast(
        1,
        `${row.name}: gob, Go's own end to end`,
        compare(row.name, isNamed('ours gob'), isNamed('Go gob')),
      ),
    ),
    ...measured
      .filter(({ row }) => row.method === 'bytes')
      .map(({ row }) =>
        atLeast(
          2,
          `${row.name}: the fastest Node JSON peer`,
          compare(row.name, isFramed, isNodeJsonPeer),
        ),
      ),
  ];
}

export function atLeast(ratio: number, name: string, reached: number | undefined): Goal {
  const isMet = reached !== undefined && reached >= ratio;
  return { name, wanted: `at least ${ratio}`, reached, isMet, unit: '' };
}

export function atMost(ratio: number, name: string, reached: number | undefined): Goal {
  const isMet = reached !== undefined && reached <= ratio;
  return { name, wanted: `at most ${ratio}`, reached, isMet, unit: '' };
}

export function atMostMiB(
  limit: number,
  name: string,
  reached: number | undefined,
): Goal {
  const isMet = reached !== undefined && reached < limit;
  return { name, wanted: `under ${limit}`, reached, isMet, unit: ' MiB' };
}

function fastest(
  measurements: readonly Measurement[],
  choice: Choice,
): number | undefined {
  const rates = measurements.filter(choice).map(({ medianRate }) => medianRate);
  const best = Math.max(0, ...rates);
  return best === 0 ? undefined : best;
}

function divide(ours: number | undefined, other: number | undefined): number | undefined {
  return ours === undefined || other === undefined ? undefined : ours / other;
}
