/** Gob by hand, for messages that no encoder would write; it shares no code with ours. */

type Bytes = readonly number[];

export function uint(value: number | bigint): Bytes {
  if (value < 128) return [Number(value)];
  const bytes: number[] = [];
  for (let rest = BigInt(value); rest > 0n; rest >>= 8n)
    bytes.unshift(Number(rest & 255n));
  return [256 - bytes.length, ...bytes];
}

export function int(value: number | bigint): Bytes {
  const n = BigInt(value);
  return uint(n < 0n ? (~n << 1n) | 1n : n << 1n);
}

export function text(value: string): Bytes {
  const bytes = [...Buffer.from(value)];
  return [...uint(bytes.length), ...bytes];
}

export function message(...parts: readonly Bytes[]): Buffer {
  const body = parts.flat();
  return Buffer.from([...uint(body.length), ...body]);
}

const typeName = (name: string, id: number) => [1, 1, ...text(name), 1, ...int(id), 0];

export function defineStruct(
  id: number,
  name: string,
  fields: readonly (readonly [name: string, id: number])[],
): Buffer {
  const list = fields.flatMap(([field, type]) => [1, ...text(field), 1, ...int(type), 0]);
  return message(
    int(-id),
    [3],
    typeName(name, id),
    [1],
    uint(fields.length),
    list,
    [0, 0],
  );
}

export function defineSlice(id: number, element: number): Buffer {
  return message(int(-id), [2], typeName('', id), [1], int(element), [0, 0]);
}

export function defineArray(
  id: number,
  element: number,
  length: number | bigint,
): Buffer {
  const tail = [1, ...int(element), 1, ...int(length)];
  return message(int(-id), [1], typeName('', id), tail, [0, 0]);
}

export function defineMap(id: number, key: number, element: number): Buffer {
  return message(
    int(-id),
    [4],
    typeName('', id),
    [1],
    int(key),
    [1],
    int(element),
    [0, 0],
  );
}

export function defineOpaque(id: number, name: string): Buffer {
  return message(int(-id), [5], typeName(name, id), [0, 0]);
}

/** A value of a type that is no struct. */
export function single(id: number, ...parts: readonly Bytes[]): Buffer {
  return message(int(id), [0], ...parts);
}
