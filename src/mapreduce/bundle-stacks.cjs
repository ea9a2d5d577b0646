/**
 * Stacks of bundled modules: they tell the places in the sources. Node would do that itself,
 * with --enable-source-maps, but it reads a map when it loads the module; here it is read when
 * somebody looks at a stack. JavaScript, not TypeScript: this is there before the TypeScript.
 */
// @ts-check
const { readFileSync, realpathSync } = require('node:fs');
const { basename, join } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

/** @typedef {import('node:module').SourceMap} SourceMap */

/**
 * Of the one module at `path`.
 * @param {string} path
 */
function tellSourcesOf(path) {
  // As Node names it.
  const module = realpathSync(path);
  const url = pathToFileURL(module).href;
  tellSources((file) => (file === module || file === url ? module : undefined));
}

/**
 * Of all modules in `folder` that `loadCompiled` runs: it names them without their folder.
 * @param {string} folder
 */
function tellSourcesIn(folder) {
  tellSources((file) =>
    file.endsWith('.cjs') && file === basename(file) ? join(folder, file) : undefined,
  );
}

/**
 * From now on, in this thread; `locate` knows, of the name that a frame has for its file, where
 * the bundled module is.
 * @param {(file: string) => string | undefined} locate
 */
function tellSources(locate) {
  /** @type {Map<string, SourceMap>} */
  const maps = new Map();

  /** @param {NodeJS.CallSite} frame */
  const describeFrame = (frame) => {
    const file = frame.getFileName() ?? '';
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    const module = locate(file);
    if (module === undefined || line === null || column === null) return `${frame}`;
    const map = maps.get(module) ?? readMap(module);
    maps.set(module, map);
    const origin = map.findOrigin(line, column);
    if (!('fileName' in origin)) return `${frame}`;
    const { fileName, lineNumber, columnNumber } = origin;
    const place = `${fileURLToPath(fileName)}:${lineNumber}:${columnNumber}`;
    return `${frame}`.replace(`${file}:${line}:${column}`, place);
  };

  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => {
      // A run's folder may be gone already.
      const text = attempt(() => describeFrame(frame)) ?? `${frame}`;
      return `    at ${text}`;
    });
    const head = attempt(() => describeError(error)) ?? 'Error';
    return [head, ...lines].join('\n');
  };
}

/**
 * As Node does it: with the code of an error of its own.
 * @param {Error & { code?: unknown }} error
 */
function describeError(error) {
  const text = Error.prototype.toString.call(error);
  const { name, code } = error;
  const isOfNode = `${code}`.startsWith('ERR_') && text.startsWith(name);
  return isOfNode ? `${name} [${code}]${text.slice(name.length)}` : text;
}

/**
 * Undefined: it threw. Whoever looks at a stack must not get another error for it.
 * @param {() => string} describe
 */
function attempt(describe) {
  try {
    return describe();
  } catch {
    return undefined;
  }
}

/**
 * Its sources as addresses of files.
 * @param {string} module
 * @returns {SourceMap}
 */
function readMap(module) {
  const { SourceMap } = process.getBuiltinModule('node:module');
  const { sourceRoot = '', ...payload } = JSON.parse(readMapText(module));
  const sources = payload.sources.map(
    /** @param {string} source */
    (source) => new URL(sourceRoot + source, pathToFileURL(module)).href,
  );
  return new SourceMap({ ...payload, sourceRoot: '', sources });
}

/**
 * It is beside the module, or at its end.
 * @param {string} module
 */
function readMapText(module) {
  const text = readFileSync(module, 'latin1');
  const [, base64] = /base64,(\S+)\s*$/.exec(text.slice(text.lastIndexOf('//#'))) ?? [];
  return base64 === undefined
    ? readFileSync(`${module}.map`, 'utf8')
    : Buffer.from(base64, 'base64').toString();
}

module.exports = { tellSourcesIn, tellSourcesOf };
