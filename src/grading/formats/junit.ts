/**
 * JUnit's XML: a suite for each exercise, a case for each check. One that waits is skipped; a
 * grader that failed is an error of its suite, not a failure. Without times, so that the same
 * work gives the same document.
 */
import { Chalk } from 'chalk';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { CheckResult } from '../check.ts';
import { formatExplanation, nameAwaited } from '../explanation-text.ts';
import { type GradeReport, listPlaces, type Place } from '../graded.ts';
import { toLine } from '../plain-text.ts';

const chalk = new Chalk({ level: 0 });

export function formatJunit(report: GradeReport): string {
  const places = listPlaces(report);
  const counts = places.map(countOutcomes);
  const sum = (key: keyof Counts) => counts.reduce((total, one) => total + one[key], 0);
  const root = create({
    version: '1.0',
    encoding: 'UTF-8',
    invalidCharReplacement: '\u{fffd}',
  }).ele('testsuites', {
    tests: sum('tests'),
    failures: sum('failures'),
    errors: sum('errors'),
    skipped: sum('skipped'),
  });
  for (const place of places) addSuite(root, place);
  return `${root.end({ prettyPrint: true })}\n`;
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function countOutcomes({ exercise }: Place): Counts {
  if (exercise.kind === 'not-graded') {
    return { tests: 1, failures: 0, errors: 1, skipped: 0 };
  }
  const { results } = exercise;
  const count = (wanted: string) =>
    results.filter(({ status }) => status === wanted).length;
  const [failures, skipped] = [count('fail'), count('waits')];
  return { tests: results.length, failures, errors: 0, skipped };
}

function addSuite(root: XMLBuilder, place: Place): void {
  const { exercise, prefix } = place;
  const name = toLine(prefix.replace(/: $/, '')) || exercise.name;
  const suite = root.ele('testsuite', { name, ...countOutcomes(place) });
  if (exercise.kind === 'not-graded') {
    const one = suite.ele('testcase', { classname: exercise.name, name: 'grading' });
    one.ele('error', { message: `not graded: ${toLine(exercise.reason)}` });
    return;
  }
  for (const result of exercise.results) addCase(suite, name, result, exercise.results);
}

function addCase(
  suite: XMLBuilder,
  classname: string,
  result: CheckResult,
  others: readonly CheckResult[],
): void {
  const { sentence, slide, points, status } = result;
  const one = suite.ele('testcase', { classname, name: sentence });
  const properties = one.ele('properties');
  const earned = status === 'pass' ? points : 0;
  for (const [name, value] of Object.entries({ points: `${earned}/${points}`, slide })) {
    properties.ele('property', { name, value });
  }
  const text = formatExplanation(result, others, chalk);
  if (status === 'waits') {
    one.ele('skipped', { message: `waits for ${nameAwaited(result.on, others)}` });
  } else if (status === 'fail') {
    const message = toLine(result.explanation.saw);
    one.ele('failure', { message, type: 'CheckFailure' }).txt(text);
  } else if (text !== '') {
    one.ele('system-out').txt(text);
  }
}
