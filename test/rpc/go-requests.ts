/** Requests to a JSON server as no good client would make them, by chance but repeatable. */
import fc from 'fast-check';
import { arithTypes } from './go/arith.ts';

/** Everything but what waits, and what answers with a text of its own. */
const methods = Object.keys(arithTypes).filter(
  (name) => !['Wait', 'Open', 'Slow', 'Describe'].includes(name),
);

const numbers = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    ...['0', '-0', '1.0', '1e2', '1E+2', '1.5e3', '0.1e1', '127', '128', '-128', '-129'],
    ...[
      '65535',
      '65536',
      '9007199254740993',
      '9223372036854775807',
      '9223372036854775808',
    ],
    ...['-9223372036854775808', '18446744073709551615', '18446744073709551616', '1e400'],
    ...['3.4e38', '3.5e38', '1e-400', '123456789012345678901234567890'],
  ),
);

const strings = fc.oneof(
  fc.string({ maxLength: 4 }).map((text) => JSON.stringify(text)),
  fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    ...['""', '"AQI="', '"AQI"', '"*"', '"A Q=="', '"<&>\\u2028"', '"\\ud83d\\ude80"'],
    ...[
      '"\\ud800"',
      '"\\/"',
      '"\\u0000"',
      '"2024-02-29T12:00:00Z"',
      '"2024-02-30T12:00:00Z"',
    ],
    ...['"2024-02-15T12:00:00.000000001+05:30"', '"0001-01-01T00:00:00Z"', '"12"'],
  ),
);

const fields = [
  'A',
  'B',
  'a',
  'C',
  'OK',
  'I8',
  'I64',
  'U16',
  'U64',
  'F32',
  'F64',
  'S',
  's',
];
const moreFields = [
  'Data',
  'T',
  'P',
  'List',
  'ByName',
  'ByID',
  'Fixed',
  'Any',
  'Name',
  'Tags',
];
const keys = fc.oneof(
  fc.constantFrom(...[...fields, ...moreFields].map((name) => `"${name}"`)),
  fc.constantFrom('"1"', '"-1"', '"01"', '"__proto__"', '"constructor"', '""'),
  strings,
);

/** No name twice, in whatever case: what becomes of that is documented, not drawn. */
const nameOf = ([key]: readonly [string, string]) => JSON.parse(key).toLowerCase();

function listMembers(names: fc.Arbitrary<string>, values: fc.Arbitrary<string>) {
  return fc
    .uniqueArray(fc.tuple(names, values), { maxLength: 3, selector: nameOf })
    .map((members) => members.map(([name, item]) => `${name}:${item}`));
}

const { value, leaf } = fc.letrec<{ value: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(fc.constantFrom('null', 'true', 'false'), numbers, strings),
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items}]`),
    listMembers(keys, tie('value')).map((members) => `{${members}}`),
  ),
}));

const points = fc.tuple(numbers, numbers).map(([a, b]) => `{"A":${a},"B":${b}}`);

/** By the type that a field has, so that most of a rich value fits. */
const richMembers: Record<string, fc.Arbitrary<string>> = {
  OK: fc.constantFrom('true', 'false', 'null'),
  I8: numbers,
  I64: numbers,
  U64: numbers,
  F32: numbers,
  S: strings,
  Data: strings,
  T: strings,
  P: fc.constantFrom('null', '{"Name":"n"}', '{"Tags":["t"]}', '{}'),
  List: fc.constantFrom('null', '[]', '[{}]', '[null,{"Tags":null}]'),
  ByName: fc.constantFrom('null', '{}', '{"a":{},"b":null}'),
  ByID: fc.constantFrom('{"1":2}', '{"-1":0.5}', '{"x":1}', '{"1.5":1}', '{}'),
  Fixed: fc.constantFrom('[]', '[1]', '[1,2,3]', '[1,2,3,4]', 'null'),
  Any: value,
};
const pick = (names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(richMembers).filter(([name]) => names.includes(name)),
  );

const riches = fc
  .subarray(Object.keys(richMembers), { maxLength: 6 })
  .chain((names) => fc.record(pick(names)))
  .map((members) => Object.entries(members).map(([name, item]) => `"${name}":${item}`))
  .map((members) => `{${members}}`);

const method = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...methods).map((name) => `"Arith.${name}"`) },
  fc.constantFrom(
    '"Arith.Nope"',
    '"Nope.Add"',
    '"nodot"',
    '""',
    '"."',
    '"Arith.add"',
    'null',
  ),
  leaf,
);

const params = fc.oneof(
  { weight: 6, arbitrary: value.map((item) => `[${item}]`) },
  { weight: 3, arbitrary: points.map((item) => `[${item}]`) },
  { weight: 4, arbitrary: riches.map((item) => `[${item}]`) },
  value,
);

const ids = fc.oneof({ weight: 4, arbitrary: leaf }, value);

const member = fc.oneof(
  fc.tuple(fc.constantFrom('"method"', '"Method"'), method),
  fc.tuple(fc.constantFrom('"params"', '"PARAMS"'), params),
  fc.tuple(fc.constantFrom('"id"', '"Id"'), ids),
  fc.tuple(strings, value),
);

const wellFormed = fc
  .tuple(method, params, ids, member)
  .map(([name, args, id, other]) => {
    const isNew = !['method', 'params', 'id'].includes(nameOf(other));
    const rest = isNew ? `,${other[0]}:${other[1]}` : '';
    return `{"method":${name},"params":${args},"id":${id}${rest}}`;
  });

const rich = fc
  .tuple(riches, numbers)
  .map(([args, id]) => `{"method":"Arith.Rich","params":[${args}],"id":${id}}`);

const mutated = fc
  .tuple(wellFormed, fc.nat(), fc.constantFrom('', ...'{}[],:"0e. -\\x\n'), fc.nat(3))
  .map(([text, at, piece, length]) => {
    const start = at % text.length;
    return text.slice(0, start) + piece + text.slice(start + length);
  });

const partial = fc
  .tuple(
    fc.uniqueArray(member, { maxLength: 3, selector: nameOf }),
    fc.constantFrom('', ' ', '\n\t'),
  )
  .map(([members, space]) => {
    const list = members.map(([key, item]) => `${space}${key}${space}:${item}`);
    return `{${list}${space}}`;
  });

export function makeRequests(count: number, seed: number): string[] {
  const request = fc.oneof(
    { weight: 5, arbitrary: wellFormed },
    { weight: 3, arbitrary: rich },
    { weight: 2, arbitrary: mutated },
    { weight: 1, arbitrary: partial },
    { weight: 1, arbitrary: value },
  );
  return fc.sample(request, { numRuns: count, seed });
}
