/**
 * How modules of ours are bundled, whatever for: the options of esbuild that all bundles share.
 * JavaScript, not TypeScript: this is what loads the TypeScript.
 */
// @ts-check
import { readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = resolve(import.meta.dirname, '../..');

/**
 * The files that a module of WebAssembly text is of: they are in no bundle.
 * @type {Map<string, readonly string[]>}
 */
export const filesOfWat = new Map();

/**
 * WebAssembly text is compiled when it is bundled: of a module `*.wat.ts` of ours the bundle has
 * what the module exports, numbers and bytes, and neither the text nor its compiler.
 * @type {import('esbuild').Plugin}
 */
const evaluateWat = {
  name: 'evaluate WebAssembly text',
  setup({ onLoad, esbuild }) {
    onLoad({ filter: /\.wat\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(join(root, 'src', sep))) return undefined;
      const { metafile, outputFiles } = await esbuild.build({
        ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' },
        ...{ absWorkingDir: root, metafile: true, write: false },
        entryPoints: [path],
      });
      filesOfWat.set(path, Object.keys(metafile.inputs));
      const base64 = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
      const exported = await import(`data:text/javascript;base64,${base64}`);
      const lines = Object.entries(exported).map(
        ([name, value]) => `export const ${name}=${printValue(value)};`,
      );
      return { contents: lines.join('\n'), loader: 'js' };
    });
  },
};

/** @param {unknown} value */
function printValue(value) {
  if (Number.isFinite(value)) return `${value}`;
  if (!(value instanceof Uint8Array)) throw new Error('neither a number nor bytes');
  return `Buffer.from('${Buffer.from(value).toString('base64')}','base64')`;
}

/** @satisfies {import('esbuild').BuildOptions} */
export const bundleOptions = /** @type {const} */ ({
  plugins: [evaluateWat],
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'silent',
  // CommonJS packages inside a module call `require` for Node's own modules.
  banner: {
    js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);",
  },
});

/**
 * In a bundle each module still stands where its file stands.
 * @type {import('esbuild').BuildOptions}
 */
export const keepPlaces = {
  define: { 'import.meta.dirname': 'moduleFolder', 'import.meta.url': 'moduleUrl' },
  plugins: [
    {
      name: 'keep places',
      setup({ onLoad }) {
        onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => {
          const source = readFileSync(path, 'utf8');
          if (!source.includes('import.meta.')) return undefined;
          const folder = JSON.stringify(dirname(path));
          const url = JSON.stringify(pathToFileURL(path).href);
          // On the first line: the others keep their numbers.
          const contents = `const moduleFolder=${folder},moduleUrl=${url};${source}`;
          return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
        });
      },
    },
  ],
};
