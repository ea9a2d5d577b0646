/** A class in a temporary folder: what each student has handed in is written down in a test. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../cli/program.ts';

export class ClassFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'class-'));

  /** Writes files of one student, by their paths within the student's folder. */
  handIn(who: string, files: Record<string, string>): string {
    const folder = join(this.path, who);
    mkdirSync(folder, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function readSolution(name: string): string {
  return readFileSync(join(root, 'solutions', name, `${name}.ts`), 'utf8');
}

export function readStub(name: string): string {
  return readFileSync(join(root, 'exercises', name, `${name}.ts`), 'utf8');
}

/** As a student would have it: from the place of the stub. */
export function readChaff(name: string, chaff: string): string {
  const text = readFileSync(join(root, 'test/chaffs', name, `${chaff}.ts`), 'utf8');
  return text.replaceAll("'../../../src/", "'../../src/");
}

/** The solution of cristian, which does `what` when it is asked for several samples. */
export function interruptCristian(what: string): string {
  const text = readSolution('cristian');
  const start = '): Promise<TimeEstimate> {\n';
  return text.replace(start, () => `${start}  if (sampleCount > 1) ${what};\n`);
}
