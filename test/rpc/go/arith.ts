/** The Arith of `arith-server/arith.go`, method by method, and its types. */
import {
  any,
  array,
  bool,
  bytes,
  type Complex,
  complex128,
  float32,
  float64,
  type Infer,
  int,
  int8,
  int64,
  map,
  pointer,
  record,
  slice,
  string,
  struct,
  time,
  uint16,
  uint64,
} from '../../../src/rpc/go-types.ts';
import { writeJson } from '../../../src/rpc/json/json-writer.ts';

export const Args = struct('Args', { A: int, B: int });
export const Reply = struct('Reply', { C: int });
const Inner = struct('Inner', { Name: string, Tags: slice(string) });
export const Rich = struct('Rich', {
  OK: bool,
  I8: int8,
  I64: int64,
  U16: uint16,
  U64: uint64,
  F32: float32,
  F64: float64,
  S: string,
  Data: bytes,
  T: time,
  P: pointer(Inner),
  List: slice(Inner),
  ByName: record(Inner),
  ByID: map(int, float64),
  Fixed: array(3, int),
  Any: any,
});

type Args = Infer<typeof Args>;
export type Rich = Infer<typeof Rich>;

/** As `register` wants them, and as `call` does. */
export const arithTypes = {
  Add: { args: Args, reply: Reply },
  Div: { args: Args, reply: Reply },
  Empty: { args: Args, reply: Reply },
  NilReply: { args: Args, reply: pointer(Reply) },
  Map: { args: int, reply: record(int) },
  Echo: { args: string, reply: string },
  Big: { args: int64, reply: int64 },
  U: { args: uint64, reply: uint64 },
  F: { args: float64, reply: float64 },
  Bytes: { args: bytes, reply: bytes },
  Any: { args: any, reply: any },
  Time: { args: time, reply: time },
  Complex: { args: complex128, reply: complex128 },
  Rich: { args: Rich, reply: Rich },
  Describe: { args: Rich, reply: string },
  Wait: { args: int, reply: int },
  Open: { args: int, reply: int },
  Slow: { args: int, reply: int },
};

/** A Go channel without capacity: each side waits for the other. */
class Gate {
  readonly #waiting: (() => void)[] = [];
  readonly #opening: (() => void)[] = [];

  wait = () => this.#meet(this.#opening, this.#waiting);
  open = () => this.#meet(this.#waiting, this.#opening);

  async #meet(others: (() => void)[], ours: (() => void)[]): Promise<void> {
    const other = others.shift();
    if (other) other();
    else await new Promise<void>((go) => ours.push(go));
  }
}

/** Go's int wraps around; here what is safe as a number is one. */
function narrow(exact: bigint): number {
  const wrapped = BigInt.asIntN(64, exact);
  const isSafe = Number.isSafeInteger(Number(wrapped));
  return (isSafe ? Number(wrapped) : wrapped) as number;
}

export class Arith {
  readonly #gate = new Gate();
  readonly #slow: { n: number; finish: (n: number) => void }[] = [];

  Add({ A, B }: Args) {
    return { C: narrow(BigInt(A) + BigInt(B)) };
  }

  Div({ A, B }: Args) {
    if (BigInt(B) === 0n) throw new Error('divide by zero');
    return { C: narrow(BigInt(A) / BigInt(B)) };
  }

  Empty() {
    return { C: 0 };
  }

  NilReply() {
    return null;
  }

  Map(n: number) {
    return { x: n };
  }

  Echo(text: string) {
    return text;
  }

  Big(n: number | bigint) {
    return n;
  }

  U(n: number | bigint) {
    return n;
  }

  F(n: number) {
    return n;
  }

  Bytes(content: Uint8Array) {
    return content;
  }

  Any(value: unknown) {
    return value;
  }

  Time(moment: Date) {
    return moment;
  }

  Complex(number: Complex) {
    return number;
  }

  Rich(value: Rich) {
    return value;
  }

  Describe(value: Rich) {
    return writeJson(value, Rich);
  }

  async Wait(n: number) {
    await this.#gate.wait();
    return n;
  }

  async Open(n: number) {
    await this.#gate.open();
    return n;
  }

  /** No clock here: of two that are slow, the one that asked for less time is done first. */
  async Slow(n: number) {
    const slow = new Promise<number>((finish) => this.#slow.push({ n, finish }));
    const byTime = () => this.#slow.splice(0).sort((a, b) => a.n - b.n);
    if (this.#slow.length === 2) for (const { n, finish } of byTime()) finish(n);
    return slow;
  }
}
