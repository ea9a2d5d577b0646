/**
 * TAP version 14: a test point for each check, what is to be said of it as YAML below. A check
 * that waits is skipped; so is an exercise whose grader failed, which is nobody's failure.
 *
 * Source: testanything.org, TAP version 14 specification.
 */
import { stringify } from 'yaml';
import { diagramOf, explainResult } from '../explanation-text.ts';
import { type GradeReport, listPlaces, type Place } from '../graded.ts';
import { toLine } from '../plain-text.ts';

/** One test point, not yet numbered. */
interface Point {
  readonly isOk: boolean;
  readonly description: string;
  /** Why it is skipped, if it is. */
  readonly skip?: string | undefined;
  readonly diagnostics: Record<string, unknown>;
}

export function formatTap(report: GradeReport): string {
  const points = listPlaces(report).flatMap(listPoints);
  return ['TAP version 14', `1..${points.length}`, ...points.map(formatPoint), ''].join(
    '\n',
  );
}

function listPoints({ exercise, prefix }: Place): Point[] {
  if (exercise.kind === 'not-graded') {
    const { name, reason } = exercise;
    const skip = `not graded: ${reason}`;
    const description = prefix.replace(/: $/, '') || name;
    return [{ isOk: false, description, skip, diagnostics: { reason } }];
  }
  const { results, file } = exercise;
  return results.map((result) => {
    const diagram = diagramOf(result);
    const isWaiting = result.status === 'waits';
    const on = results.findIndex(({ id }) => isWaiting && id === result.on) + 1;
    return {
      isOk: result.status === 'pass',
      description: prefix + result.sentence,
      skip: isWaiting ? `waits for ${on}` : undefined,
      diagnostics: {
        check: result.id,
        file,
        points: result.status === 'pass' ? result.points : 0,
        maxPoints: result.points,
        ...Object.fromEntries(explainResult(result, results)),
        ...(diagram === undefined ? {} : { diagram }),
      },
    };
  });
}

function formatPoint({ isOk, description, skip, diagnostics }: Point, i: number): string {
  const directive = skip === undefined ? '' : ` # SKIP ${escapeLine(skip)}`;
  const verdict = isOk ? 'ok' : 'not ok';
  const yaml = stringify(diagnostics, { lineWidth: 0 }).trimEnd().split('\n');
  return [
    `${verdict} ${i + 1} - ${escapeLine(description)}${directive}`,
    ...['---', ...yaml, '...'].map((line) => (line === '' ? line : `  ${line}`)),
  ].join('\n');
}

/** A hash begins a directive, unless it is escaped. */
function escapeLine(text: string): string {
  return toLine(text).replace(/[\\#]/g, '\\$&');
}
