/**
 * `--diagram` and `--diagram-file`: the remote calls of a program for people in front of a
 * browser, while they happen and afterwards. Nothing is observed where neither was asked for.
 */
import { bundlePage } from '../page/browser-bundle.ts';
import { CallLog } from '../page/call-log.ts';
import type { CallFacts } from '../page/call-record.ts';
import { createDocument } from '../page/document.ts';
import { CallObserver, type ObserverOptions } from './call-observer.ts';
import type { DiagramOptions } from './diagram-options.ts';
import { OutputFile } from './output-file.ts';
import { type ServedPage, servePage } from './served-page.ts';

interface Options extends DiagramOptions {
  /** True: a script reads what we print, and waits for our end. */
  readonly json?: boolean;
}

/** What is shown of which program. */
export interface DiagramSubject
  extends Pick<CallFacts, 'program' | 'parties'>,
    Partial<Pick<CallFacts, 'quiet' | 'unseen'>>,
    ObserverOptions {}

export class CallDiagram {
  /** Undefined: nobody asked. */
  readonly observer: CallObserver | undefined;
  readonly #options: Options;
  readonly #file: OutputFile | undefined;
  readonly #log: CallLog;
  #served: ServedPage | undefined;

  /** Throws a UsageError where the file cannot be written. */
  constructor(options: Options, subject: DiagramSubject) {
    const { diagram, diagramFile } = options;
    const { program, parties, quiet = [], unseen = '', ...naming } = subject;
    this.#options = options;
    this.#log = new CallLog({ program, parties, quiet, unseen, isOver: false });
    const isAsked = (diagram ?? diagramFile) !== undefined;
    this.observer = isAsked ? new CallObserver(this.#log, naming) : undefined;
    if (diagramFile === undefined) return;
    this.#file = new OutputFile(diagramFile, `--diagram-file ${diagramFile}`);
  }

  /** Serves the page, and says where. Throws a UsageError where nobody can listen. */
  async open(): Promise<void> {
    const { diagram, json } = this.#options;
    if (diagram === undefined) return;
    this.#served = await servePage(diagram, '--diagram', {
      parts: await bundlePage('diagram'),
      log: this.#log,
      injectFault: () => false,
      json,
    });
    const { address } = this.#served;
    console.error(
      `the calls as a page, for whoever has its whole address:\n  ${address}`,
    );
  }

  /** On a terminal, many a program is over before a browser has opened. */
  async awaitReader(signal: AbortSignal): Promise<void> {
    await this.#served?.awaitLook(signal);
  }

  /** There will be no more calls. Writes the file, if there is one; false: the disk refuses it. */
  async finish(): Promise<boolean> {
    this.#log.note({ isOver: true });
    if (!this.#file) return true;
    const { facts, entries } = this.#log;
    const record = { facts, entries: entries.slice(0, entries.length) };
    const document = createDocument(await bundlePage('diagram'), record);
    return this.#file.tryToWrite(document);
  }

  /** On a terminal, unless a script reads, a diagram of calls that were stays until Ctrl-C. */
  async stay(signal: AbortSignal): Promise<void> {
    const { facts, entries } = this.#log;
    if (facts.isOver && entries.length > 0) await this.#served?.stay(signal);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const served = this.#served;
    this.#served = undefined;
    await served?.close();
  }
}
