/**
 * How modules of ours are bundled, whatever for: the options of esbuild that all bundles share.
 * JavaScript, not TypeScript: this is what loads the TypeScript.
 */
// @ts-check
const { readFileSync } = require('node:fs');
const { dirname, join, parse, resolve, sep } = require('node:path');
const { pathToFileURL } = require('node:url');

const root = resolve(__dirname, '../..');
/** Of the file system. */
const { root: top } = parse(root);
/** Where source maps start from: a bundle may be anywhere. */
const sourceRoot = pathToFileURL(top).href;

/**
 * The files that a module of WebAssembly text is of: they are in no bundle.
 * @type {Map<string, readonly string[]>}
 */
const filesOfWat = new Map();

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
        ...{ bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' },
        ...{ absWorkingDir: root, metafile: true, write: false },
        entryPoints: [path],
      });
      filesOfWat.set(path, Object.keys(metafile.inputs));
      const exported = runText(outputFiles[0]?.text ?? '');
      const lines = Object.entries(exported).map(
        ([name, value]) => `export const ${name}=${printValue(value)};`,
      );
      return { contents: lines.join('\n'), loader: 'js' };
    });
  },
};

/**
 * What a bundled module exports.
 * @param {string} text
 */
function runText(text) {
  // Only to be loaded where something is bundled.
  const { compileFunction } = process.getBuiltinModule('node:vm');
  const module = { exports: {} };
  compileFunction(text, ['module'])(module);
  return module.exports;
}

/** @param {unknown} value */
function printValue(value) {
  if (Number.isFinite(value)) return `${value}`;
  if (!(value instanceof Uint8Array)) throw new Error('neither a number nor bytes');
  return `Buffer.from('${Buffer.from(value).toString('base64')}','base64')`;
}

/** @satisfies {import('esbuild').BuildOptions} */
const bundleOptions = /** @type {const} */ ({
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
 * A module as the function that Node would make of it if it were CommonJS: for `loadCompiled`.
 * @satisfies {import('esbuild').BuildOptions}
 */
const asFunction = /** @type {const} */ ({
  format: 'cjs',
  banner: {
    js: '(function (exports, require, module, __filename, __dirname) {"use strict";',
  },
  footer: { js: '})' },
});

/**
 * In a bundle each module still stands where its file stands.
 * @type {import('esbuild').BuildOptions}
 */
const keepPlaces = {
  define: { 'import.meta.dirname': 'moduleFolder', 'import.meta.url': 'moduleUrl' },
  plugins: [
    {
      name: 'keep places',
      setup({ onLoad }) {
        onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => {
          const source = readFileSync(path, 'utf8');
          const isCommonJs = path.endsWith('.cjs');
          if (!source.includes(isCommonJs ? '__dirname' : 'import.meta.'))
            return undefined;
          const folder = JSON.stringify(dirname(path));
          const url = JSON.stringify(pathToFileURL(path).href);
          const places = isCommonJs
            ? `__dirname=${folder}`
            : `moduleFolder=${folder},moduleUrl=${url}`;
          // On the first line: the others keep their numbers.
          const contents = `const ${places};${source}`;
          return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
        });
      },
    },
  ],
};

module.exports = {
  asFunction,
  bundleOptions,
  filesOfWat,
  keepPlaces,
  root,
  sourceRoot,
  top,
};
