// The OpenAPI document, tidied: every schema with a title has one definition that all others refer to,
// and every operation says which problems it may answer with.

import { type ProblemSlug, problems } from '../problem.ts';

type Json = Readonly<Record<string, unknown>>;

/** Schemas by title, `$ref` in their places. Two schemas of one title must be the same. */
export function withComponents(document: Json): Json {
  const schemas: Record<string, unknown> = {};
  const paths = lifted(document['paths'], schemas);
  const components = (document['components'] ?? {}) as Json;
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, paths, components: { ...components, schemas: sorted } };
}

function lifted(node: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((each) => lifted(each, schemas));
  if (typeof node !== 'object' || node === null) return node;
  const { title, ...rest } = node as Json;
  const inner = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, lifted(value, schemas)]),
  );
  // `title` may also be the name of a property; then it is a schema itself.
  if (typeof title !== 'string') {
    return title === undefined ? inner : { title: lifted(title, schemas), ...inner };
  }
  if (!/^[A-Z][A-Za-z]+$/.test(title)) return { title, ...inner };
  schemas[title] ??= { title, ...inner };
  return { $ref: `#/components/schemas/${title}` };
}

/** `GET /api/v1/groups/:group` → `getGroupsByGroup`. */
export function operationIdOf(method: string, path: string): string {
  const words = path
    .replace('/api/v1', '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part.startsWith(':') ? `By${capital(part.slice(1))}` : camel(part)));
  return method.toLowerCase() + words.join('');
}

function camel(part: string): string {
  return part
    .split(/[^A-Za-z0-9]+/)
    .map(capital)
    .join('');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Status → what it is called here. */
export function problemStatuses(slugs: readonly ProblemSlug[]): ReadonlyMap<number, string> {
  const found = new Map<number, string[]>();
  for (const slug of slugs) {
    const [status] = problems[slug];
    found.set(status, [...(found.get(status) ?? []), slug]);
  }
  return new Map([...found].map(([status, slugs]) => [status, slugs.join(', ')]));
}
