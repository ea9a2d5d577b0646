/** Calls for tests of the diagram, as literal entries: 10 ms from one to the next. */
import { CallModel } from '../../src/page/call-model.ts';
import type { CallEntry, CallFacts, EndSeen } from '../../src/page/call-record.ts';

export const facts: CallFacts = {
  program: 'npm run something',
  parties: ['master'],
  quiet: ['Master.Heartbeat'],
  unseen: '',
  isOver: false,
};

export class CallStory {
  readonly entries: CallEntry[] = [];
  #calls = 0;

  /** Returns the call's number. */
  ask(from: string, to: string, method = 'Master.Register', text = '{}'): number {
    const call = this.#calls++;
    this.#add({ type: 'request', call, from, to, method, text });
    return call;
  }

  end(call: number, type: EndSeen['type'] = 'reply', text = ''): this {
    this.#add({ type, call, text });
    return this;
  }

  #add(entry: object): void {
    const number = this.entries.length;
    this.entries.push({ ...entry, number, atMs: 10 * number } as CallEntry);
  }

  read(): CallModel {
    const model = new CallModel(facts);
    for (const entry of this.entries) model.read(entry);
    return model;
  }
}
