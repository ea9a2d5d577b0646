/**
 * A folder with nothing in it but JavaScript: what one grading needs of our source, its
 * grader and the student's file, each where it would be below the root of the disk. So Node
 * can run it by itself, and a student's program meets no other file of the project.
 */
import {
  existsSync,
  mkdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TransformFailure, type TransformOptions, transform } from 'esbuild';

/** A file and what it imports, in JavaScript; made anew when its text is another one. */
interface Compiled {
  readonly source: string;
  readonly code: string;
  readonly failure?: string;
}

const known = new Map<string, Compiled>();

/** Behind the name of the source, so that messages can be led back to it. */
const suffix = '.mjs';

const options: TransformOptions = {
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  sourcesContent: false,
  legalComments: 'none',
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  // Then no text runs over several lines, and a line that begins like an import is one.
  supported: { 'template-literal': false },
};

/** As esbuild prints them: at the beginning of a line, or as a call with one literal. */
const staticImport =
  /^((?:import|export)\b(?:[^"'`;=]*?\bfrom)? ")([^"\n]+)(?=")|\b(import\(")([^"\n]+)(?=")/gm;

export class CompiledTree {
  readonly folder: string;
  /** Modules of Node's that were imported, by their names without `node:`. */
  readonly builtins = new Set<string>();
  readonly #done = new Set<string>();

  /** `folder` is empty, and named without links. */
  constructor(folder: string, packages: string) {
    this.folder = folder;
    writeFileSync(join(folder, 'package.json'), '{}');
    symlinkSync(packages, join(folder, 'node_modules'), 'junction');
  }

  /** Where the compiled form of a file is, or would be. */
  placeOf(file: string): string {
    const path = resolve(file).replace(/^([A-Za-z]):/, '$1');
    return join(this.folder, path) + (isSource(file) ? suffix : '');
  }

  /**
   * Adds files with everything that they import. Rejects with a sentence when one does not
   * compile; if they are a student's, it becomes a module that throws what the compiler says.
   */
  async add(files: readonly string[], areStudents: boolean): Promise<void> {
    for (let level = files; level.length > 0; ) {
      const adding = level.map((file) => this.#addOne(file, areStudents));
      // All of them: whoever removes the folder afterwards removes it for good.
      const ended = await Promise.allSettled(adding);
      level = ended.flatMap((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      });
    }
  }

  async #addOne(file: string, isStudents: boolean): Promise<string[]> {
    if (this.#done.has(file) || !existsSync(file)) return [];
    this.#done.add(file);
    if (!isSource(file)) {
      write(this.placeOf(file), await readFile(file));
      return [];
    }
    const { code, failure } = await compile(file);
    if (failure !== undefined) {
      if (!isStudents) throw new Error(`${file}${failure}`);
      const message = JSON.stringify(
        this.placeOf(file).slice(0, -suffix.length) + failure,
      );
      write(this.placeOf(file), `throw new Error(${message});\n`);
      return [];
    }
    const imported: string[] = [];
    const lead = (specifier: string) => this.#lead(file, specifier, imported);
    const led = code.replace(
      staticImport,
      (_all, start = '', named = '', call = '', called = '') =>
        start + call + lead(named || called),
    );
    write(this.placeOf(file), led);
    return imported;
  }

  /** The specifier that means the same here. */
  #lead(file: string, specifier: string, imported: string[]): string {
    if (/^node:/.test(specifier)) this.builtins.add(specifier.slice('node:'.length));
    if (!/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(specifier)) {
      this.builtins.add(specifier);
      return specifier;
    }
    const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier;
    const wanted = resolve(dirname(file), path);
    const found = findSource(wanted);
    if (found === undefined) return specifier;
    imported.push(found);
    const way = relative(dirname(this.placeOf(file)), this.placeOf(found));
    return `./${way.replaceAll('\\', '/')}`;
  }

  /** The same text with the names that people know. */
  nameSources(text: string): string {
    return text.replaceAll(this.folder, '').replaceAll(/(\.m?[jt]s)\.mjs\b/g, '$1');
  }
}

/** With its real name: a module that is found on two ways is one module. */
function findSource(wanted: string): string | undefined {
  const withoutJs = wanted.replace(/\.js$/, '');
  const names = [wanted, `${withoutJs}.ts`, join(wanted, 'index.ts')];
  const found = names.find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
  return found === undefined ? undefined : realpathSync(found);
}

function isSource(file: string): boolean {
  return /^\.m?[jt]s$/.test(extname(file));
}

async function compile(file: string): Promise<Compiled> {
  const source = await readFile(file, 'utf8');
  const before = known.get(file);
  if (before?.source === source) return before;
  const loader = /ts$/.test(file) ? 'ts' : 'js';
  const sourcefile = file.split(/[\\/]/).at(-1) as string;
  const compiled = await transform(source, { ...options, loader, sourcefile }).then(
    ({ code }) => ({ source, code }),
    (error: TransformFailure) => ({ source, code: '', failure: describe(error) }),
  );
  known.set(file, compiled);
  return compiled;
}

/** `:3:14: ERROR: Unexpected "{"`, as esbuild would print it behind the file's name. */
function describe({ errors, message }: TransformFailure): string {
  const [first] = errors ?? [];
  if (!first) return `: ${message}`;
  const { line = 1, column = 0 } = first.location ?? {};
  return `:${line}:${column}: ERROR: ${first.text}`;
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
