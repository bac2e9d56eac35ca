import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ProblemSlug, problems } from '../../../api/problem.ts';
import { problemPage, problemsPage } from '../../../api/problem-pages.ts';
import { problemWords } from '../../../api/problem-words.ts';
import { referencePage } from '../../../api/reference.ts';
import { describedRoutes } from '../../../api/routes/described.ts';
import { streamEntries } from '../../../api/routes/streams.ts';
import { problemsAt } from '../../../api/schemas/route-problems.ts';
import { namedIn, typeOf } from '../../../api/schemas/words.ts';

const docs = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

const routes = describedRoutes();

test('docs/api.md is what the entries say (npm run api-page)', () => {
  expect(referencePage(routes, streamEntries)).toBe(docs('api.md'));
});

test('docs/api-problems.md is what the problems say (npm run api-page)', () => {
  expect(problemsPage()).toBe(docs('api-problems.md'));
});

test('every problem has a page that explains why it came and what to do', () => {
  for (const slug of Object.keys(problems) as ProblemSlug[]) {
    const { cause, cure } = problemWords[slug];
    expect(cause.length, slug).toBeGreaterThan(30);
    expect(cure.length, slug).toBeGreaterThan(30);
    expect(problemPage(slug)).toContain(problems[slug][1]);
    expect(docs('api-problems.md')).toContain(`\n## ${slug}\n`);
  }
});

test('every entry is in the page, with an anchor that its row leads to', () => {
  const page = docs('api.md');
  const anchors = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(routes.length);
  for (const link of links) expect(anchors).toContain(link);
});

test('no two shapes share a name and differ', () => {
  const all = routes.flatMap(({ body, response }) => [body, response]);
  const shapes = namedIn(all);
  for (const each of all) {
    for (const [name, schema] of namedIn([each])) expect(schema, name).toEqual(shapes.get(name));
  }
});

test('a write, a body and an entry of its own each add their problems', () => {
  const plain = problemsAt({});
  expect(plain).not.toContain('idempotency-key-missing');
  const order = routes.find(({ method, path }) => method === 'PUT' && path.endsWith('/order'));
  if (order === undefined) throw new Error('there is no such entry');
  expect(problemsAt(order)).toEqual(
    expect.arrayContaining([...plain, 'idempotency-key-missing', 'too-large', 'conflict']),
  );
});

test.each([
  [{ enum: ['a', 'b'] }, '`"a"` or `"b"`'],
  [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'integer or null'],
  [{ type: 'array', items: { title: 'GroupState' } }, 'list of [GroupState](#groupstate)'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'map of string'],
  [{ type: 'integer', minimum: 1, maximum: 500 }, 'integer, 1 to 500'],
  [{}, 'anything'],
])('%j is %s in words', (schema, words) => {
  expect(typeOf(schema)).toBe(words);
});
