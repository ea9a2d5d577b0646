/**
 * Loads a student's module and looks whether it exports what its exercise asks for. Whatever
 * is wrong with it becomes one explanation.
 */
import { pathToFileURL } from 'node:url';
import type { Explanation } from './check.ts';
import { explainLoadError, showPath } from './student-error.ts';

/** Resolves with what the file exports, or with why nothing can be graded. Never rejects. */
export async function loadSubject(
  file: string,
  names: readonly string[],
): Promise<{ subject: unknown } | { problem: Explanation }> {
  try {
    const subject = await import(pathToFileURL(file).href);
    const missing = names.filter((name) => typeof subject[name] !== 'function');
    if (missing.length === 0) return { subject };
    return { problem: explainMissing(file, names, missing, subject) };
  } catch (error) {
    return { problem: explainLoadError(file, error) };
  }
}

function explainMissing(
  file: string,
  names: readonly string[],
  missing: readonly string[],
  subject: Readonly<Record<string, unknown>>,
): Explanation {
  const did = `loaded ${showPath(file)}`;
  const present = Object.keys(subject);
  const other = missing.find((name) => present.includes(name));
  if (other !== undefined) {
    const value = subject[other];
    const is = value === null ? 'null' : `of type ${typeof value}`;
    return {
      did,
      saw: `the ${other} that it exports is no function: it is ${is}`,
      expected: `${other} as a function, as in the stub`,
    };
  }
  const others = present.filter((name) => !names.includes(name));
  const instead = others.length === 0 ? '' : `; it exports ${others.join(', ')}`;
  return {
    did,
    saw: `it exports no ${missing.join(', no ')}${instead}`,
    expected: `export ${names.join(' and ')}, as in the stub`,
    mistake: 'the word export is missing, or the name is spelled in another way',
  };
}
