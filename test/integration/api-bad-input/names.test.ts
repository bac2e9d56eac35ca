// Names and texts with markup, escapes and reversed writing in them, on their way to a page and to a
// terminal.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BusRecord } from '../../../bus/index.ts';
import { describe as described, tapLine } from '../../../cli/tap/describe.ts';
import type { TopicName } from '../../../protocol/index.ts';
import { alertAt } from '../../support/alerts-records.ts';
import {
  anOrder,
  expectProblem,
  type GuardedWorld,
  openGuardedWorld,
  write,
} from '../../support/api-bad-input.ts';
import { group, incidentOf, partialOf, rosterOf } from '../../support/api-records.ts';
import { jsonOf } from '../../support/api-world.ts';
import { decision } from '../../support/decisions.ts';
import { eventually } from '../../support/eventually.ts';

const hostile = [
  ['markup', '<img src=x onerror=alert(1)>'],
  ['the end of a script', '</script><script>alert(1)</script>'],
  ['a colour of a terminal', '\u001b[31mred\u001b[0m'],
  ['a title of a terminal', '\u001b]0;owned\u0007'],
  ['the other direction', '\u202egnp.exe'],
  ['an isolate that never ends', '\u2066payments'],
  ['lines of its own', 'a\r\n[ERROR] all is lost'],
  ['a template', '{{constructor.constructor("return 1")()}}'],
  ['a prototype', '__proto__'],
  ['NUL', 'a\0b'],
] as const;

let world: GuardedWorld;
let headers: Record<string, string>;
beforeAll(async () => {
  world = await openGuardedWorld();
  headers = { authorization: `Bearer ${world.token.admin}` };
});
afterAll(() => world.close());

const asked = async (path: string): Promise<Response> => {
  const response = await world.get(path, { headers });
  expect(response.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  return response;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const dangerous = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe.each(hostile)('%s', (_name, text) => {
  test('as a name of a group, a region or a client is no name: such records are left out', async () => {
    await world.publish('decisions', text, decision({ group: text }));
    await world.publish(
      'decisions',
      'sound',
      decision({ group: 'sound', regions: [text], admit: { [text]: 10_000 } }),
    );
    await world.publish('rosters', group, rosterOf(2, { clients: [text, 'client-1'] }));
    await world.publish('partials', group, partialOf(Date.now(), { stragglers: [text] }));
    const marker = `marker-${Math.abs(text.length)}`;
    await world.publish(
      'incidents',
      group,
      incidentOf(Date.now(), { kind: 'tiltEntered', reason: 'lag', text: marker }),
    );
    await eventually(async () => {
      const page = await jsonOf(await asked(`/api/v1/groups/${group}/timeline?limit=1`));
      expect(page.items[0].text).toContain(marker);
    });
    for (const path of [
      '/api/v1/groups',
      '/api/v1/regions',
      '/api/v1/clients',
      '/api/v1/pipeline',
    ]) {
      expect(await (await asked(path)).text()).not.toContain(JSON.stringify(text).slice(1, -1));
    }
  });

  test('in an address is refused or found nowhere, and the answer is JSON', async () => {
    const part = encodeURIComponent(text);
    for (const path of [
      `/api/v1/groups/${part}`,
      `/api/v1/incidents/${part}`,
      `/api/v1/clients?q=${part}`,
    ]) {
      expect([200, 400, 404]).toContain((await asked(path)).status);
    }
    await expectProblem(
      await world.get(`/api/v1/groups/${part}/order`, write(world, 'PUT', anOrder)),
      'invalid-request',
    );
  });

  test('as a reason is kept as it is, as JSON; a terminal gets it without its teeth', async () => {
    const body = { ...anOrder, reason: text, replace: true };
    const response = await world.get(`/api/v1/groups/${group}/order`, write(world, 'PUT', body));
    expect(response.status).toBe(202);
    await eventually(async () => {
      const { items } = await jsonOf(await asked('/api/v1/overrides'));
      expect(items[0].reason).toBe(text.trim());
    });
    for (const topic of ['overrides', 'audit'] as const) {
      const line = tapLine(topic, ...(await newest(topic)));
      expect(line).not.toMatch(dangerous);
    }
  });

  test('as a label and a summary of an alert goes out as JSON, and to a terminal without its teeth', async () => {
    const alert = alertAt(Date.now(), { alertname: 'x', note: text }, { summary: text });
    const record = { v: 1, kind: 'alert', term: 1, alert } as const;
    await world.publish('alerts', `alert/${alert.fingerprint}`, record);
    await eventually(async () => {
      const one = await asked(`/api/v1/alerts/${alert.fingerprint}`);
      expect(await jsonOf(one)).toMatchObject({ summary: text, labels: { note: text } });
    });
    expect(tapLine('alerts', ...(await newest('alerts')))).not.toMatch(dangerous);
  });
});

async function newest(
  topic: TopicName,
): Promise<[record: BusRecord, described: ReturnType<typeof described>]> {
  const name = `regionpilot.${topic}`;
  const all: BusRecord[] = [];
  for (const { partition, start, end } of await world.bus.ends(name)) {
    if (start === end) continue;
    const from = { offset: end - 1 };
    for await (const record of world.bus.read({ topic: name, partition, from, until: end })) {
      all.push(record);
    }
  }
  const [last] = all.sort((a, b) => b.appendedMs - a.appendedMs);
  if (last === undefined) throw new Error(`${name} is empty`);
  return [last, described(topic, last)];
}
