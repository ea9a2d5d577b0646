/**
 * Gob, outgoing: one stream of values, each preceded by the definitions of those of its types
 * that the peer has not heard of. What fails leaves no trace on the stream.
 *
 * Ours, not Go's: types that turn up inside an interface value are defined before the whole
 * value; Go cuts the value in two and defines them in between. Decoders take both.
 *
 * Source: Go encoding/gob, encoder.go.
 */
import { any, type GoType, Typed } from '../go-types.ts';
import type { Limits } from '../limits.ts';
import { type EncodePlan, type Output, planEncoding } from './encode-plan.ts';
import { GobError } from './gob-error.ts';
import { Inference } from './infer.ts';
import { chooseDepth, tooDeep } from './nesting.ts';
import { firstUserId, flatten, WireType } from './type-definitions.ts';
import { registeredName } from './type-names.ts';
import { TypeTable } from './type-table.ts';
import { Writer } from './writer.ts';

/** One end of one stream. */
export class GobEncoder implements Output {
  readonly writer: Writer;
  readonly maxDepth: number;
  readonly #types: TypeTable;
  readonly #inference: Inference;
  #isBusy = false;

  /** `firstId`: Go counts types by process, not by stream; a test may want to speak like it. */
  constructor(limits: Limits, firstId = firstUserId) {
    // Go's own bound, which it takes even where it has no other.
    this.writer = new Writer(Math.min(limits.maxFrameBytes, 2 ** 30 - 1));
    this.maxDepth = chooseDepth(limits);
    this.#types = new TypeTable(limits.maxTypes, firstId);
    this.#inference = new Inference(this.maxDepth);
  }

  /**
   * All bytes of one value, by `type` or by what it is. Throws a GobError or a LimitError; the
   * stream is then as if never asked.
   */
  encode(value: unknown, type?: GoType): Uint8Array {
    return this.#encodeFrame(() => this.#append(value, type));
  }

  /** The same for two values in a row: both, or neither. */
  encodeBoth(
    first: unknown,
    firstType: GoType,
    second: unknown,
    secondType: GoType | undefined,
  ): Uint8Array {
    return this.#encodeFrame(() => {
      this.#append(first, firstType);
      this.#append(second, secondType);
    });
  }

  #encodeFrame(append: () => void): Uint8Array {
    if (this.#isBusy) throw new GobError('gob: a value encodes while it is encoded');
    this.#isBusy = true;
    const nextId = this.#types.nextId;
    this.writer.beginFrame();
    try {
      append();
      this.#inference.keepShapes();
      return this.writer.takeFrame();
    } catch (error) {
      this.#types.rollBack(nextId);
      this.#inference.forgetShapes();
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  #append(given: unknown, described: GoType | undefined): void {
    const value = given instanceof Typed ? given.value : given;
    const type = given instanceof Typed ? given.type : this.#typeOf(value, described);
    if (value === null || value === undefined) {
      throw new GobError('gob: cannot encode nil value');
    }
    const id = this.#types.idOf(type);
    const plan = findPlan(type);
    this.#appendDefinitions();
    const start = this.writer.length;
    this.#appendValue(id, plan, value);
    // Whatever turned up inside: define it first, then say the value again.
    while (this.#types.hasDefinitions) {
      this.writer.truncate(start);
      this.#appendDefinitions();
      this.#appendValue(id, plan, value);
    }
  }

  #typeOf(value: unknown, described: GoType | undefined): GoType {
    if (described === undefined || described.kind === 'any') {
      return this.#inference.typeOf(value);
    }
    return described;
  }

  #appendValue(id: number, plan: EncodePlan, value: unknown): void {
    const mark = this.writer.beginMessage();
    this.writer.int(id);
    this.#encodeWhole(plan, value, 0);
    this.writer.endMessage(mark);
  }

  /** A value that is no field and no element: all but structs begin with a zero. */
  #encodeWhole(plan: EncodePlan, value: unknown, depth: number): void {
    if (!plan.isStruct) this.writer.uint(0);
    plan.encode(value, this, depth);
  }

  #appendDefinitions(): void {
    for (const { id, wire } of this.#types.takeDefinitions()) {
      const mark = this.writer.beginMessage();
      this.writer.int(-id);
      findPlan(WireType).encode(wire, this, 0);
      this.writer.endMessage(mark);
    }
  }

  encodeAny(given: unknown, depth: number): void {
    const { writer } = this;
    const value = given instanceof Typed ? given.value : given;
    if (value === null || value === undefined) {
      writer.uint(0);
      return;
    }
    if (depth >= this.maxDepth) throw tooDeep(this.maxDepth);
    const type =
      given instanceof Typed ? flatten(given.type) : this.#inference.typeOf(value);
    if (type.kind === any.kind) {
      this.encodeAny(value, depth + 1);
      return;
    }
    writer.text(registeredName(type));
    writer.int(this.#types.idOf(type));
    const mark = writer.beginMessage();
    this.#encodeWhole(findPlan(type), value, depth + 1);
    writer.endMessage(mark);
  }
}

const plans = new WeakMap<GoType, EncodePlan>();

function findPlan(type: GoType): EncodePlan {
  let plan = plans.get(type);
  if (plan === undefined) {
    plan = planEncoding(type);
    plans.set(type, plan);
  }
  return plan;
}
