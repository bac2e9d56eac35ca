// Structure-aware damage: a valid record with one to four places replaced, removed, repeated or
// renamed. Random bytes die at the first gate; these get to the last one.

import fc from 'fast-check';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const hostileNames = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  '*',
  '',
  'a b',
  '../x',
  '\u0000',
];

const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    -1,
    -0,
    0.5,
    1,
    3,
    255,
    256,
    415,
    416,
    10_000,
    10_001,
    65_535,
    65_536,
    2 ** 31,
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    1e308,
    '',
    '0',
    '1',
    [],
    {},
    [[]],
    [null],
    [-1],
    [0, 1],
    [1e9, 1e9, 1e9],
    { length: 3 },
    { constructor: { prototype: {} } },
  ),
  fc.constantFrom<Json>(...hostileNames),
  fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 30 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

type Change = {
  /** Which way down at each level. */
  readonly path: readonly number[];
  readonly how: 'replace' | 'remove' | 'repeat' | 'rename';
  readonly value: Json;
  readonly name: string;
};

const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 }),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'repeat', 'rename'),
  value: hostile,
  name: fc.constantFrom(...hostileNames),
});

export function mutated(record: unknown): fc.Arbitrary<Json> {
  const text = JSON.stringify(record);
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const root: Json = JSON.parse(text);
    // Copies: the values are shared between runs, and damage goes on inside what was put in.
    for (const each of changes) damage(root, { ...each, value: copy(each.value) });
    return root;
  });
}

function damage(root: Json, { path, how, value, name }: Change): void {
  let node: Json = root;
  path.forEach((step, depth) => {
    if (typeof node !== 'object' || node === null) return;
    const keys = Object.keys(node);
    const key = keys[step % Math.max(1, keys.length)];
    if (key === undefined) return;
    const child = (node as { [key: string]: Json })[key];
    const isLeaf = typeof child !== 'object' || child === null;
    if (depth < path.length - 1 && !isLeaf) {
      node = child ?? null;
      return;
    }
    apply(node, key, how, value, name);
    node = null;
  });
}

function apply(node: Json, key: string, how: Change['how'], value: Json, name: string): void {
  if (Array.isArray(node)) {
    const at = Number(key);
    if (how === 'remove') node.splice(at, 1);
    else if (how === 'repeat') node.push(copy(node[at] ?? null));
    else node[at] = value;
    return;
  }
  const object = node as { [key: string]: Json };
  const old = copy(object[key] ?? null);
  if (how === 'remove' || how === 'rename') delete object[key];
  if (how === 'replace') object[key] = value;
  // As JSON.parse does it: a name like `__proto__` becomes a field of its own.
  const field = { value: old, enumerable: true, configurable: true, writable: true };
  if (how === 'rename' || how === 'repeat') Object.defineProperty(object, name, field);
}

function copy(value: Json): Json {
  return JSON.parse(JSON.stringify(value));
}
