/** The services of Go's own tests of net/rpc, as our server takes them. */
import {
  array,
  type Infer,
  int,
  map,
  slice,
  string,
  struct,
} from '../../src/rpc/go-types.ts';
import type { Server } from '../../src/rpc/index.ts';

export const Args = struct('Args', { A: int, B: int });
export const Reply = struct('Reply', { C: int });
export type Args = Infer<typeof Args>;

export class Arith {
  Add({ A, B }: Args) {
    return { C: A + B };
  }

  Mul({ A, B }: Args) {
    return { C: A * B };
  }

  Div({ A, B }: Args) {
    if (B === 0) throw new Error('divide by zero');
    return { C: Math.trunc(A / B) };
  }

  String({ A, B }: Args) {
    return `${A}+${B}=${A + B}`;
  }

  Scan(text: string) {
    return { C: Number(text) };
  }
}

export const arith = {
  Add: { args: Args, reply: Reply },
  Mul: { args: Args, reply: Reply },
  Div: { args: Args, reply: Reply },
  String: { args: Args, reply: string },
  Scan: { args: string, reply: Reply },
};

class hidden {
  Exported({ A, B }: Args) {
    return { C: A + B };
  }
}

/** Go embeds, JavaScript inherits. */
export class Embed extends hidden {}

export class BuiltinTypes {
  Map({ A, B }: Args) {
    return new Map([[A, B]]);
  }

  Slice({ A, B }: Args) {
    return [A, B];
  }

  Array({ A, B }: Args) {
    return [A, B];
  }
}

export const builtinTypes = {
  Map: { args: Args, reply: map(int, int) },
  Slice: { args: Args, reply: slice(int) },
  Array: { args: Args, reply: array(2, int) },
};

export const sevenAndEight = { A: 7, B: 8 };

export function registerAll(server: Server): void {
  server.register(new Arith(), { types: arith });
  server.register(new Embed());
  server.registerName('net.rpc.Arith', new Arith(), { types: arith });
  server.register(new BuiltinTypes(), { types: builtinTypes });
}
