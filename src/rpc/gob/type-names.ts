/**
 * Types as Go prints them: in definitions, in errors, and in front of a value that stands
 * where any value may stand.
 *
 * Source: Go reflect, Type.String; Go encoding/gob, Register.
 */
import type { GoType } from '../go-types.ts';

/** Go refuses longer names, counted in bytes. */
const maxNameBytes = 1024;
/** A struct without a name is printed with all it holds; so far and no further. */
const maxDepth = 20;

/** `int`, `[]main.Point`, `struct { A int }`. */
export function printType(type: GoType, depth = 0): string {
  switch (type.kind) {
    case 'slice':
      return `[]${printType(type.element, depth)}`;
    case 'array':
      return `[${type.length}]${printType(type.element, depth)}`;
    case 'pointer':
      return `*${printType(type.element, depth)}`;
    case 'map':
      return `map[${printType(type.key, depth)}]${printType(type.element, depth)}`;
    case 'struct':
      return type.name === '' ? printFields(type.fields, depth) : type.name;
    default:
      return type.name;
  }
}

function printFields(
  fields: readonly { name: string; type: GoType }[],
  depth: number,
): string {
  if (fields.length === 0) return 'struct {}';
  if (depth >= maxDepth) return 'struct { … }';
  const printed = fields.map(({ name, type }) => `${name} ${printType(type, depth + 1)}`);
  return `struct { ${printed.join('; ')} }`;
}

/**
 * The name under which Go's `gob.Register` files a type. One too long for Go is cut: no Go
 * program knows it, and we need none to read the value.
 */
export function registeredName(type: GoType): string {
  const name = printType(type);
  return Buffer.byteLength(name) <= maxNameBytes ? name : name.slice(0, maxNameBytes / 4);
}
