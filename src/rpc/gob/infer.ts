/**
 * From a value without a description to a Go type, by the table in `go-types.ts`. Equal shapes
 * give the same type, so a stream defines each shape once.
 */
import {
  any,
  bool,
  bytes,
  Complex,
  complex128,
  float64,
  type GoType,
  int,
  isExported,
  map,
  type StructType,
  slice,
  string,
  struct,
  Typed,
  time,
  uint64,
} from '../go-types.ts';
import { GobError } from './gob-error.ts';
import { tooDeep } from './nesting.ts';

/** A tree of field names and types: each path from the root is a struct with those fields. */
interface Shape {
  readonly path: readonly (readonly [name: string, type: GoType])[];
  type: StructType | undefined;
  readonly next: Map<string, Map<GoType, Shape>>;
}

/** Shapes seen on one stream. */
export class Inference {
  readonly #maxDepth: number;
  readonly #root: Shape = createShape([]);
  readonly #slices = new Map<GoType, GoType>();
  readonly #maps = new Map<GoType, Map<GoType, GoType>>();
  /** Arrays and Maps of the value at hand, so that none is looked through twice. */
  readonly #known = new Map<object, GoType>();
  /** Takes back what the value at hand has added. */
  #undo: (() => void)[] = [];

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** Throws a GobError for what Go has no type for, a LimitError for what nests too deep. */
  typeOf(value: unknown, depth = 0): GoType {
    switch (typeof value) {
      case 'number':
        return Number.isSafeInteger(value) ? int : float64;
      case 'string':
        return string;
      case 'boolean':
        return bool;
      case 'bigint':
        return BigInt.asIntN(64, value) === value ? int : uint64;
      case 'undefined':
        return any;
      case 'object':
        return value === null ? any : this.#typeOfObject(value, depth);
      default:
        throw new GobError(`gob: cannot encode a ${typeof value}`);
    }
  }

  /** The value at hand was sent: its shapes stay, what is known of its arrays does not. */
  keepShapes(): void {
    if (this.#undo.length > 0) this.#undo = [];
    if (this.#known.size > 0) this.#known.clear();
  }

  /** The value at hand was not sent: shapes of failures must not add up. */
  forgetShapes(): void {
    for (const undo of this.#undo) undo();
    this.keepShapes();
  }

  #typeOfObject(value: object, depth: number): GoType {
    if (depth >= this.#maxDepth) throw tooDeep(this.#maxDepth);
    if (value instanceof Typed) return value.type;
    if (value instanceof Uint8Array) return bytes;
    if (Array.isArray(value) || value instanceof Map) return this.#remember(value, depth);
    if (value instanceof Date) return time;
    if (value instanceof Complex) return complex128;
    if (Symbol.iterator in value) {
      throw new GobError(`gob: cannot encode a ${value.constructor.name}`);
    }
    return this.#typeOfStruct(value as Record<string, unknown>, depth);
  }

  #remember(value: unknown[] | Map<unknown, unknown>, depth: number): GoType {
    let type = this.#known.get(value);
    if (type === undefined) {
      type = Array.isArray(value)
        ? this.#sliceOf(this.#join(value, depth))
        : this.#mapOf(this.#join(value.keys(), depth), this.#join(value.values(), depth));
      this.#known.set(value, type);
    }
    return type;
  }

  /** The one type of all elements; `any` where they differ or there are none. */
  #join(values: Iterable<unknown>, depth: number): GoType {
    let joined: GoType | undefined;
    let allNumbers = true;
    for (const value of values) {
      allNumbers &&= typeof value === 'number';
      const type = this.typeOf(value, depth + 1);
      if (type === joined) continue;
      if (joined === undefined) joined = type;
      else if (allNumbers) joined = float64;
      else return any;
    }
    return joined ?? any;
  }

  #typeOfStruct(value: Record<string, unknown>, depth: number): GoType {
    let shape = this.#root;
    let isSkipped = false;
    for (const name in value) {
      const field = value[name];
      if (field === undefined || typeof field === 'function') continue;
      if (!Object.hasOwn(value, name)) continue;
      // A name seen before is exported: only those are in the tree.
      if (shape.next.has(name) || isExported(name)) {
        shape = this.#follow(shape, name, this.typeOf(field, depth + 1));
      } else isSkipped = true;
    }
    if (isSkipped && shape === this.#root) {
      throw new GobError('gob: an object has no field whose name begins upper-case');
    }
    const type = shape.type ?? struct('', Object.fromEntries(shape.path));
    shape.type = type;
    return type;
  }

  #follow(shape: Shape, name: string, type: GoType): Shape {
    const types = this.#find(shape.next, name, () => new Map<GoType, Shape>());
    return this.#find(types, type, () => createShape([...shape.path, [name, type]]));
  }

  #sliceOf(element: GoType): GoType {
    return this.#find(this.#slices, element, () => slice(element));
  }

  #mapOf(key: GoType, element: GoType): GoType {
    const maps = this.#find(this.#maps, key, () => new Map<GoType, GoType>());
    return this.#find(maps, element, () => map(key, element));
  }

  #find<K, V>(known: Map<K, V>, key: K, create: () => V): V {
    let value = known.get(key);
    if (value === undefined) {
      value = create();
      known.set(key, value);
      this.#undo.push(() => known.delete(key));
    }
    return value;
  }
}

function createShape(path: Shape['path']): Shape {
  return { path, type: undefined, next: new Map() };
}
