/**
 * Faults as data, and as text that people can read and write, one a line:
 *
 *     lose reply 3                      double request 1          cut request 4
 *     delay reply 2 by 500              double request 1 after 500
 *     lose request 2 from a to b        # the second of those from a to b
 *     crash server at 100               crash server on reply 2
 *     restart server at 200             step a by -10000 at 30
 *     disconnect a at 5                 reconnect a at 20
 *     partition a | b,c at 50           heal at 90
 *
 * Messages are counted from 1 when they are sent, over all connections; times are milliseconds
 * since the world began. What stands `on` a message happens when it is sent, before it leaves.
 * Knows nothing of networks: `fates.ts` carries the faults out.
 */
import type { Direction } from './events.ts';

/** The `number`-th message of a direction, of those between the nodes that are named. */
export interface MessageChoice {
  readonly direction: Direction;
  readonly number: number;
  readonly from?: string;
  readonly to?: string;
}

export type Moment = { readonly atMs: number } | { readonly on: MessageChoice };

/** What befalls one message. */
export type MessageFault =
  | { readonly type: 'lose'; readonly message: MessageChoice }
  /** Its connection breaks, and the message is lost with it. */
  | { readonly type: 'cut'; readonly message: MessageChoice }
  | {
      readonly type: 'double';
      readonly message: MessageChoice;
      /** How much later than the original the copy sets out. */
      readonly afterMs: number;
    }
  /** It alone is late: others overtake it. */
  | {
      readonly type: 'delay';
      readonly message: MessageChoice;
      readonly byMs: number;
    };

/** What befalls a machine, or the network as a whole. */
export type NodeFault =
  | {
      readonly type: 'crash' | 'restart' | 'disconnect' | 'reconnect';
      readonly node: string;
      readonly when: Moment;
    }
  | {
      readonly type: 'partition';
      readonly groups: readonly (readonly string[])[];
      readonly when: Moment;
    }
  | { readonly type: 'heal'; readonly when: Moment }
  | {
      readonly type: 'step';
      readonly node: string;
      readonly byMs: number;
      readonly when: Moment;
    };

export type Fault = MessageFault | NodeFault;

/** A fault script that cannot be read; the message says how to write the line. */
export class FaultScriptError extends Error {
  override readonly name = 'FaultScriptError';
}

const examples: Record<Fault['type'], string> = {
  lose: 'lose reply 3',
  cut: 'cut request 4',
  double: 'double request 1, or double request 1 after 500',
  delay: 'delay reply 2 by 500',
  crash: 'crash server at 100, or crash server on reply 2',
  restart: 'restart server at 200',
  disconnect: 'disconnect a at 5',
  reconnect: 'reconnect a at 20',
  partition: 'partition a | b,c at 50',
  heal: 'heal at 90',
  step: 'step a by -10000 at 30',
};

/** Reads a script: a fault a line, `#` begins a comment. Throws a FaultScriptError. */
export function parseFaults(script: string): Fault[] {
  const lines = script.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.filter((line) => line !== '').map(parseFault);
}

/** The script that `parseFaults` reads as these faults. */
export function printFaults(faults: readonly Fault[]): string {
  return faults.map(printFault).join('\n');
}

function parseFault(line: string): Fault {
  const [type = ''] = line.split(/\s+/);
  if (!Object.hasOwn(examples, type)) {
    const known = Object.keys(examples).join(', ');
    throw new FaultScriptError(`fault "${line}": a fault begins with one of ${known}`);
  }
  const fault = readFault(type as Fault['type'], line.slice(type.length).trim());
  if (fault) return fault;
  const example = examples[type as Fault['type']];
  throw new FaultScriptError(`fault "${line}": write it like ${example}`);
}

/** Undefined: `rest` is not what follows this word. */
function readFault(type: Fault['type'], rest: string): Fault | undefined {
  if (type === 'lose' || type === 'cut' || type === 'double' || type === 'delay') {
    const [, what = '', by, after] = match(/^(.*?)(?: by (\S+)| after (\S+))?$/, rest);
    const message = readMessage(what);
    if (!message || (by !== undefined) !== (type === 'delay')) return;
    if (after !== undefined && type !== 'double') return;
    if (type === 'double')
      return within({ type, message, afterMs: readMs(after ?? '0') });
    if (type === 'delay') return within({ type, message, byMs: readMs(by) });
    return { type, message };
  }
  const [, what = '', at, on = ''] = match(/^(?:(.*) )?(?:at (\S+)|on (.*))$/, rest);
  const message = readMessage(on);
  const when = message ? { on: message } : { atMs: readMs(at) };
  if ('atMs' in when && Number.isNaN(when.atMs)) return;
  return readNodeFault(type, what.trim(), when);
}

function readNodeFault(
  type: NodeFault['type'],
  what: string,
  when: Moment,
): Fault | undefined {
  if (type === 'heal') return what === '' ? { type, when } : undefined;
  if (type === 'step') {
    const [, node = '', by] = match(/^([^\s,|]+) by (\S+)$/, what);
    return node ? within({ type, node, byMs: readMs(by, /^[+-]?/), when }) : undefined;
  }
  if (type === 'partition') {
    const groups = what.split('|').map((group) => group.split(',').map((n) => n.trim()));
    const isWhole = groups.length > 1 && groups.flat().every(isName);
    return isWhole ? { type, groups, when } : undefined;
  }
  return isName(what) ? { type, node: what, when } : undefined;
}

function readMessage(text: string): MessageChoice | undefined {
  const pattern = /^(request|reply) ([1-9]\d*)(?: from ([^\s,|]+))?(?: to ([^\s,|]+))?$/;
  const [, direction, number, from, to] = match(pattern, text.replace(/\s+/g, ' '));
  if (number === undefined) return;
  return {
    direction: direction as Direction,
    number: Number(number),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

function match(pattern: RegExp, text: string): (string | undefined)[] {
  return text.match(pattern) ?? [];
}

function isName(text: string): boolean {
  return /^[^\s,|]+$/.test(text);
}

/** NaN where it is no number of milliseconds. */
function readMs(text = '', sign = /^/): number {
  return /^\d+(\.\d+)?$/.test(text.replace(sign, '')) ? Number(text) : Number.NaN;
}

function within<F extends Fault>(fault: F): F | undefined {
  return Object.values(fault).some(Number.isNaN) ? undefined : fault;
}

function printFault(fault: Fault): string {
  switch (fault.type) {
    case 'lose':
    case 'cut':
      return `${fault.type} ${printMessage(fault.message)}`;
    case 'double': {
      const after = fault.afterMs === 0 ? '' : ` after ${fault.afterMs}`;
      return `double ${printMessage(fault.message)}${after}`;
    }
    case 'delay':
      return `delay ${printMessage(fault.message)} by ${fault.byMs}`;
    case 'heal':
      return `heal ${printMoment(fault.when)}`;
    case 'step':
      return `step ${fault.node} by ${fault.byMs} ${printMoment(fault.when)}`;
    case 'partition': {
      const groups = fault.groups.map((group) => group.join(',')).join(' | ');
      return `partition ${groups} ${printMoment(fault.when)}`;
    }
    default:
      return `${fault.type} ${fault.node} ${printMoment(fault.when)}`;
  }
}

function printMessage({ direction, number, from, to }: MessageChoice): string {
  const ends = [from && ` from ${from}`, to && ` to ${to}`].filter(Boolean).join('');
  return `${direction} ${number}${ends}`;
}

function printMoment(when: Moment): string {
  return 'on' in when ? `on ${printMessage(when.on)}` : `at ${when.atMs}`;
}
