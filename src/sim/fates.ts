/**
 * What becomes of each message: what chance draws by the network's weather, and then what a
 * fault script orders. Every message draws all that it could need, so that a fault changes the
 * fate of the message that it names and leaves the others theirs.
 */
import { type Conditions, completeConditions, type Weather } from './conditions.ts';
import { toDelay } from './delays.ts';
import type { Direction, Message } from './events.ts';
import type { Fault, MessageChoice, MessageFault } from './fault-script.ts';

/** One copy of a message on its way. */
export interface Passage {
  readonly delayMs: number;
  /** True: it was held back, so those behind it need not wait for it. */
  readonly isHeldBack: boolean;
}

export interface Fate {
  /** The copies that set out: none when it is lost, two when it is doubled. */
  readonly passages: readonly Passage[];
  /** True: its connection breaks now. */
  readonly isCut: boolean;
}

/** Decides once for each message, in the order of sending. */
export type DecideFate = (message: Message) => Fate;

/**
 * `carryOut` is told of each fault that a message triggers, before the message leaves. What
 * befalls the message itself is done here.
 */
export function createFates(
  weather: Weather,
  faults: readonly Fault[],
  random: () => number,
  carryOut: (fault: Fault) => void,
): DecideFate {
  const draw: Record<Direction, (index: number) => Fate> = {
    request: createDraw(completeConditions(weather, 'request'), random),
    reply: createDraw(completeConditions(weather, 'reply'), random),
  };
  const triggers = faults.flatMap(createTrigger);
  return (message) => {
    let fate = draw[message.direction](message.number - 1);
    for (const { fault } of triggers.filter(({ isDue }) => isDue(message))) {
      carryOut(fault);
      if ('message' in fault) fate = applyFault(fault, fate);
    }
    return fate;
  };
}

function createDraw(
  conditions: Conditions,
  random: () => number,
): (index: number) => Fate {
  const { lossRate, duplicateRate, reorderRate } = conditions;
  const delayMs = toDelay(conditions.delayMs);
  const holdMs = toDelay(conditions.holdMs);
  return (index) => {
    const isLost = random() < lossRate;
    const isDoubled = random() < duplicateRate;
    const isHeldBack = random() < reorderRate;
    const [firstMs, holdingMs, copyMs] = [delayMs, holdMs, delayMs].map((delay) =>
      delay(index, random),
    ) as [number, number, number];
    const first = { delayMs: firstMs + (isHeldBack ? holdingMs : 0), isHeldBack };
    const copy = { delayMs: copyMs, isHeldBack: true };
    if (isLost) return { passages: [], isCut: false };
    return { passages: isDoubled ? [first, copy] : [first], isCut: false };
  };
}

/** What a script orders holds whatever chance has drawn: `delay reply 2` brings it back. */
function applyFault(fault: MessageFault, fate: Fate): Fate {
  const [first = { delayMs: 0, isHeldBack: false }, ...others] = fate.passages;
  switch (fault.type) {
    case 'lose':
      return { ...fate, passages: [] };
    case 'cut':
      return { passages: [], isCut: true };
    case 'delay': {
      const late = { delayMs: first.delayMs + fault.byMs, isHeldBack: true };
      return { ...fate, passages: [late, ...others] };
    }
    case 'double': {
      const copy = { delayMs: first.delayMs + fault.afterMs, isHeldBack: true };
      return { ...fate, passages: [first, copy] };
    }
  }
}

interface Trigger {
  readonly fault: Fault;
  /** Counts the messages that its choice means; true for the one. */
  readonly isDue: (message: Message) => boolean;
}

/** Nothing for faults that wait for a time: those are planned, not triggered. */
function createTrigger(fault: Fault): Trigger[] {
  if (!('when' in fault)) return [{ fault, isDue: countTo(fault.message) }];
  return 'on' in fault.when ? [{ fault, isDue: countTo(fault.when.on) }] : [];
}

function countTo({ direction, number, from, to }: MessageChoice) {
  let seen = 0;
  return (message: Message): boolean => {
    if (message.direction !== direction) return false;
    if (from !== undefined && message.from !== from) return false;
    if (to !== undefined && message.to !== to) return false;
    return ++seen === number;
  };
}
