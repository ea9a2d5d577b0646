/**
 * The formats by name. Each turns the same record into one document; each is loaded only when
 * it is asked for.
 */
import type { GradeReport } from '../graded.ts';

/** A whole document, with the newline at its end. */
export type Format = (report: GradeReport) => string;

const loaders = {
  pretty: async () => (await import('./pretty.ts')).formatPretty,
  json: async () => (await import('./json.ts')).formatJson,
  gradescope: async () => (await import('./gradescope.ts')).formatGradescope,
  classroom: async () => (await import('./classroom.ts')).formatClassroom,
  junit: async () => (await import('./junit.ts')).formatJunit,
  tap: async () => (await import('./tap.ts')).formatTap,
} satisfies Record<string, () => Promise<Format>>;

export type FormatName = keyof typeof loaders;

export const formatNames = Object.keys(loaders) as FormatName[];

export function loadFormat(name: FormatName): Promise<Format> {
  return loaders[name]();
}
