/**
 * Stacks of a job that is one bundled module: they tell the places in its sources. Node would
 * do that itself, with --enable-source-maps, but it reads a map when it loads the module; here
 * it is read when somebody looks at a stack.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** From now on, in this thread; `path` is that of the bundle, with its map at its end. */
export function tellSourcesOf(path: string): void {
  // As Node names it.
  const module = realpathSync(path);
  const url = pathToFileURL(module).href;
  let map: SourceMap | undefined;

  const describeFrame = (frame: NodeJS.CallSite) => {
    const file = frame.getFileName();
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    if ((file !== module && file !== url) || line === null || column === null)
      return `${frame}`;
    map ??= readMap(module, url);
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
    const head = attempt(() => Error.prototype.toString.call(error)) ?? 'Error';
    return [head, ...lines].join('\n');
  };
}

/** Undefined: it threw. Whoever looks at a stack must not get another error for it. */
function attempt(describe: () => string): string | undefined {
  try {
    return describe();
  } catch {
    return undefined;
  }
}

/** Its sources as addresses of files. */
function readMap(module: string, url: string): SourceMap {
  const text = readFileSync(module, 'latin1');
  const [, base64 = ''] =
    /base64,(\S+)\s*$/.exec(text.slice(text.lastIndexOf('//#'))) ?? [];
  const { sourceRoot = '', ...payload } = JSON.parse(
    Buffer.from(base64, 'base64').toString(),
  );
  const sources = payload.sources.map(
    (source: string) => new URL(sourceRoot + source, url).href,
  );
  return new SourceMap({ ...payload, sourceRoot: '', sources });
}
