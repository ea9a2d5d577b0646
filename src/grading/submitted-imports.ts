/**
 * Looks into a submitted file before it runs: does it compile, and does it import only what it
 * will find? One sentence if not.
 */
import { dirname, join, resolve } from 'node:path';
import { type BuildFailure, build, type Plugin } from 'esbuild';
import type { Mirrored } from './mirror.ts';

/** Undefined: nothing is wrong. Runs nothing. */
export async function findImportProblem(mirrored: Mirrored): Promise<string | undefined> {
  const imports: string[] = [];
  try {
    await build({
      entryPoints: [mirrored.file],
      bundle: true,
      write: false,
      logLevel: 'silent',
      format: 'esm',
      platform: 'node',
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      plugins: [collectInto(imports)],
    });
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (!first) throw error;
    const line = first.location ? `, line ${first.location.line}` : '';
    return `does not compile${line}: ${first.text}`;
  }
  const other = imports.find((specifier) => !isProvided(specifier, mirrored));
  if (other === undefined) return undefined;
  return `imports ${other}; only this file is graded, with what is in ../../src/`;
}

/** Every import is noted, and none is followed. */
function collectInto(imports: string[]): Plugin {
  return {
    name: 'collect-imports',
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ kind, path }) => {
        if (kind === 'entry-point') return undefined;
        imports.push(path);
        return { path, external: true };
      });
    },
  };
}

/** Packages, and our own source where the stub finds it too. */
function isProvided(specifier: string, { folder, file }: Mirrored): boolean {
  if (specifier.startsWith('file:')) return false;
  const isPath = /^(?:\.{0,2}\/|\.{1,2}$)/.test(specifier);
  return !isPath || resolve(dirname(file), specifier).startsWith(join(folder, 'src/'));
}
