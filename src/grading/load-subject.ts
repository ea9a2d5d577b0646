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
    return { problem: explainMissing(file, names, missing, Object.keys(subject)) };
  } catch (error) {
    return { problem: explainLoadError(file, error) };
  }
}

function explainMissing(
  file: string,
  names: readonly string[],
  missing: readonly string[],
  present: readonly string[],
): Explanation {
  const others = present.filter((name) => !names.includes(name));
  const instead = others.length === 0 ? '' : `; it exports ${others.join(', ')}`;
  return {
    did: `loaded ${showPath(file)}`,
    saw: `it exports no ${missing.join(', no ')}${instead}`,
    expected: `export ${names.join(' and ')}, as in the stub`,
    mistake: 'the word export is missing, or the name is spelled in another way',
  };
}
