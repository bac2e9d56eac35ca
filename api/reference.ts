// docs/api.md as text, from the entries the server is made of: what it says is what is served. Shapes
// that have a name are described once, at the end, however many entries take or answer them.

import type { TSchema } from 'typebox';
import { type ProblemSlug, problems } from './problem.ts';
import { curlFor, introduction } from './reference-words.ts';
import type { Route } from './route.ts';
import type { StreamEntry } from './routes/streams.ts';
import { anywhere, problemsAt, withStream, withWrite } from './schemas/route-problems.ts';
import { cell, type Field, fieldsOf, namedIn, typeOf } from './schemas/words.ts';

export function referencePage(routes: readonly Route[], streams: readonly StreamEntry[]): string {
  const tags = [...new Set(routes.map(({ tag }) => tag))].sort();
  const shapes = namedIn(routes.flatMap(({ body, response }) => [body, response]));
  return `${[
    ...introduction,
    '',
    '| method | path | scope | what |',
    '|---|---|---|---|',
    ...tags.flatMap((tag) => routes.filter((route) => route.tag === tag).map(rowOf)),
    ...streams.map(streamRow),
    '',
    ...problemsAnywhere(),
    ...tags.flatMap((tag) =>
      sectionOf(
        tag,
        routes.filter((route) => route.tag === tag),
      ),
    ),
    ...streamsSection(streams),
    '## Shapes',
    '',
    ...[...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(shapeSection),
  ].join('\n')}`;
}

function rowOf(route: Route): string {
  const { method, path, scope, summary } = route;
  return `| ${method} | [\`${openPath(path)}\`](#${anchorOf(method, path)}) | ${scope} | ${summary} |`;
}

function streamRow({ path, scope, summary }: StreamEntry): string {
  return `| GET | [\`${path}\`](#streams) | ${scope} | ${summary} (stream) |`;
}

function openPath(path: string): string {
  return path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
}

/** As Markdown viewers make it of the heading. */
function anchorOf(method: string, path: string): string {
  return `${method} ${openPath(path)}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}

function problemsAnywhere(): readonly string[] {
  return [
    `Any request may be answered with ${listed(anywhere)}; a write also with ${listed(withWrite)}; what else may come stands with each entry.`,
    '',
  ];
}

function listed(slugs: readonly ProblemSlug[]): string {
  return slugs
    .map((slug) => `[${slug}](api-problems.md#${slug}) (${problems[slug][0]})`)
    .join(', ');
}

function sectionOf(tag: string, routes: readonly Route[]): readonly string[] {
  const first = routes.find(({ body }) => body !== undefined) ?? routes[0];
  return [
    `## ${tag}`,
    '',
    ...(first === undefined ? [] : ['```bash', curlFor(first), '```', '']),
    ...routes.flatMap(entryOf),
  ];
}

function entryOf(route: Route): readonly string[] {
  const { method, path, scope, summary, response, status = 200, write, ifMatch } = route;
  const own = problemsAt(route).filter(
    (slug) => !anywhere.includes(slug) && !withWrite.includes(slug),
  );
  const wants = [
    `Scope \`${scope}\`.`,
    ...(write === true ? ['Wants `Idempotency-Key`.'] : []),
    ...(ifMatch === true ? ['Wants `If-Match`.'] : []),
  ];
  return [
    `### ${method} \`${openPath(path)}\``,
    '',
    `${summary}. ${wants.join(' ')}`,
    '',
    ...parameters(route),
    ...(route.body === undefined ? [] : [`Body: ${typeOf(route.body)}`, '']),
    `Answers ${status}: ${typeOf(response)}`,
    '',
    ...(own.length === 0 ? [] : [`Problems: ${listed(own)}`, '']),
  ];
}

function parameters({ params, query }: Route): readonly string[] {
  const rows = [
    ...fieldsIn(params).map((field) => parameterRow('path', field)),
    ...fieldsIn(query).map((field) => parameterRow('query', field)),
  ];
  if (rows.length === 0) return [];
  return ['| parameter | in | type | what |', '|---|---|---|---|', ...rows, ''];
}

function fieldsIn(schema: TSchema | undefined): readonly Field[] {
  return schema === undefined ? [] : fieldsOf(schema);
}

function parameterRow(place: string, { name, type, required, about }: Field): string {
  const mark = required ? '' : ' (optional)';
  return `| \`${name}\`${mark} | ${place} | ${cell(type)} | ${cell(about)} |`;
}

function streamsSection(streams: readonly StreamEntry[]): readonly string[] {
  return [
    '## streams',
    '',
    ...streams.flatMap(({ path, scope, summary, description }) => [
      `### GET \`${path}\``,
      '',
      `${summary}. Scope \`${scope}\`.`,
      '',
      description,
      '',
      `Problems before it begins: ${listed(withStream)}`,
      '',
      '```bash',
      `curl -N -H "Authorization: Bearer $TOKEN" -H 'Accept: text/event-stream' "$API${path}"`,
      '```',
      '',
    ]),
  ];
}

function shapeSection([name, schema]: readonly [string, TSchema]): readonly string[] {
  const { description = '' } = schema as { readonly description?: string };
  const fields = fieldsOf(schema);
  return [
    `### ${name}`,
    '',
    ...(description === '' ? [] : [description, '']),
    ...(fields.length === 0
      ? []
      : [
          '| field | type | what |',
          '|---|---|---|',
          ...fields.map(
            ({ name: field, type, required, about }) =>
              `| \`${field}\`${required ? '' : ' (optional)'} | ${cell(type)} | ${cell(about)} |`,
          ),
          '',
        ]),
  ];
}
