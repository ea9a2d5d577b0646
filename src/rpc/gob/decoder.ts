/**
 * Gob, incoming: one stream of values. Definitions are read on the way; a value waits until
 * all of it has come, and is then read by a type, read by what the peer said, or skipped.
 *
 * Source: Go encoding/gob, decoder.go.
 */
import { LimitError, ProtocolError } from '../errors.ts';
import type { GoType } from '../go-types.ts';
import type { Limits } from '../limits.ts';
import { type Decode, DecodePlans, type Source } from './decode-plan.ts';
import { Reader } from './reader.ts';
import { SelfDescribedPlans } from './self-described.ts';
import {
  flatten,
  WireType as WireStruct,
  type WireType,
  wireTypeId,
} from './type-definitions.ts';
import {
  readConcreteId,
  readSingleton,
  readTypeId,
  undefinedType,
  Walk,
} from './walk.ts';
import { WireTypes } from './wire-types.ts';

/** Values of a definition beside those of its fields. */
const maxDefinitionValues = 20;
/** Bytes that a definition may have on average. */
const definitionBytes = 1024;

/** One end of one stream. */
export class GobDecoder implements Source {
  readonly types: WireTypes;
  readonly #limits: Limits;
  readonly #reader: Reader;
  readonly #plans = new DecodePlans(this);
  readonly #selfDescribed = new SelfDescribedPlans(this);
  /** Plans for whole values, by their Go type and then by the id on the wire. */
  readonly #wholePlans = new WeakMap<GoType, Map<number, Decode>>();
  #definitionBytesLeft: number;
  /** The type of the value whose messages are coming in. */
  #id = 0;
  /** Looks through a value that may be cut. */
  #walk: Walk | undefined;
  #hasValue = false;
  readonly #definitionPlan: Decode;
  /** For definitions inside a value: the walk through it has read them. */
  readonly #skipDefinition = () => this.skipField(wireTypeId);

  constructor(limits: Limits) {
    this.types = new WireTypes(limits);
    this.#limits = limits;
    this.#reader = new Reader(limits);
    this.#definitionBytesLeft = limits.maxTypes * definitionBytes;
    this.#definitionPlan = this.#plans.plan(wireTypeId, WireStruct);
  }

  /** Keeps `chunk` without copying it: it must not change afterwards. */
  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  /** True: the peer has begun a value and owes us the rest of it. */
  get hasPartialValue(): boolean {
    return this.#reader.hasPartialValue;
  }

  /**
   * True: the next value is here in full, for `decode` or `skip`. Throws a ProtocolError where
   * the stream makes no sense any more.
   */
  advance(): boolean {
    while (!this.#hasValue) {
      if (this.#walk !== undefined) {
        if (!this.#walk.run()) return false;
        this.#endWalk();
      } else if (!this.#beginMessage()) return false;
    }
    return true;
  }

  /** Takes one message: a definition, or the beginning of a value. */
  #beginMessage(): boolean {
    const reader = this.#reader;
    if (!reader.nextMessage()) return false;
    const id = readTypeId(reader);
    if (id < 0) {
      this.#define(-id);
      if (reader.bytesLeft > 0) throw new ProtocolError('gob: extra data in buffer');
      reader.release();
      return true;
    }
    this.#id = id;
    if (this.types.mayHoldAny(id) && this.types.has(id)) {
      reader.beginValue();
      this.#walk = new Walk(reader, this.types, (inner) => this.#define(inner));
      this.#walk.begin(id, true);
    } else this.#endValue();
    return true;
  }

  #endValue(): void {
    this.#reader.endValue();
    this.#hasValue = true;
  }

  /** Back to where the value begins: what the walk has seen can be read without waiting. */
  #endWalk(): void {
    this.#walk = undefined;
    this.#endValue();
    this.#reader.rewind();
    readTypeId(this.#reader);
  }

  /**
   * The value that `advance` found. Throws a GobError where it does not fit `type`, a
   * ProtocolError where it is no value; either way it is over, and the stream goes on.
   */
  decode(type?: GoType): unknown {
    try {
      const plan = this.#findPlan(type);
      this.#reader.beginValue();
      if (this.types.get(this.#id)?.kind !== 'struct') readSingleton(this.#reader);
      return plan(this.#reader);
    } finally {
      this.skip();
    }
  }

  /** Leaves out the value that `advance` found. */
  skip(): void {
    if (!this.#hasValue) return;
    this.#reader.release();
    this.#hasValue = false;
  }

  #findPlan(type: GoType | undefined): Decode {
    const id = this.#id;
    if (type === undefined || flatten(type).kind === 'any') {
      return this.#selfDescribed.plan(id);
    }
    let plans = this.#wholePlans.get(type);
    if (plans === undefined) {
      plans = new Map();
      this.#wholePlans.set(type, plans);
    }
    let plan = plans.get(id);
    if (plan === undefined) {
      plan = this.#plans.plan(id, type);
      plans.set(id, plan);
    }
    return plan;
  }

  /** Its bytes are counted, too: names may be as long as a message. */
  #define(id: number): void {
    const reader = this.#reader;
    this.#definitionBytesLeft -= reader.bytesLeft;
    if (this.#definitionBytesLeft < 0) {
      throw new LimitError('maxTypes', 'gob: type definitions of too many bytes');
    }
    // Three values a field: itself, its name, its type.
    const maxValues = 3 * this.#limits.maxFields + maxDefinitionValues;
    const wire = reader.readDefinition(maxValues, () => this.#definitionPlan(reader));
    this.types.define(id, wire as WireType);
  }

  /** A field that is nobody's here. The next value is none of its business. */
  skipField(id: number): void {
    const walk = new Walk(this.#reader, this.types, this.#skipDefinition);
    walk.begin(id, false);
    walk.run();
  }

  readAny(): unknown {
    const reader = this.#reader;
    if (reader.text() === '') return null;
    const id = readConcreteId(reader, this.#skipDefinition);
    if (id === undefined) throw undefinedType();
    reader.enter();
    if (this.types.get(id)?.kind !== 'struct') readSingleton(reader);
    const value = this.#selfDescribed.plan(id)(reader);
    reader.leave();
    return value;
  }
}
