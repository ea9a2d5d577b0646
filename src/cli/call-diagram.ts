/**
 * `--diagram` and `--diagram-file`: the remote calls of a program for people in front of a
 * browser, while they happen and afterwards. Nothing is observed where neither was asked for.
 */
import { bundlePage } from '../page/browser-bundle.ts';
import { CallLog } from '../page/call-log.ts';
import type { CallFacts } from '../page/call-record.ts';
import { createDocument } from '../page/document.ts';
import type { PageServer } from '../page/server.ts';
import { CallObserver, type ObserverOptions } from './call-observer.ts';
import type { DiagramOptions } from './diagram-options.ts';
import { OutputFile } from './output-file.ts';
import { awaitLook, servePage, stayOpen } from './served-page.ts';

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
  #server: PageServer | undefined;
  #address = '';

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
    const { diagram } = this.#options;
    if (diagram === undefined) return;
    const parts = await bundlePage('diagram');
    const what = { parts, log: this.#log, injectFault: () => false };
    const { server, address } = await servePage(diagram, '--diagram', what);
    this.#server = server;
    this.#address = address;
    console.error(
      `the calls as a page, for whoever has its whole address:\n  ${address}`,
    );
  }

  /** On a terminal, many a program is over before a browser has opened. */
  async awaitReader(signal: AbortSignal): Promise<void> {
    if (!this.#server || !this.#isForPeople || !process.stdin.isTTY) return;
    await awaitLook(this.#server.isRead, signal);
  }

  /** Somebody sits before a terminal; no script reads what we print. */
  get #isForPeople(): boolean {
    return process.stderr.isTTY && !this.#options.json;
  }

  /** There will be no more calls. Writes the file, if there is one; false: the disk refuses it. */
  async finish(): Promise<boolean> {
    this.#log.note({ isOver: true });
    if (!this.#file) return true;
    const { facts, entries } = this.#log;
    const record = { facts, entries: entries.slice(0, entries.length) };
    const document = createDocument(await bundlePage('diagram'), record);
    try {
      this.#file.write(document);
      return true;
    } catch (error) {
      const { diagramFile } = this.#options;
      const why = (error as Error).message;
      console.error(`error: --diagram-file ${diagramFile} cannot be written: ${why}`);
      return false;
    }
  }

  /** On a terminal, unless a script reads, a diagram of calls that were stays until Ctrl-C. */
  async stay(signal: AbortSignal): Promise<void> {
    const { facts, entries } = this.#log;
    if (!facts.isOver || entries.length === 0) return;
    if (!this.#server || !this.#isForPeople) return;
    await stayOpen(this.#address, signal);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }
}
