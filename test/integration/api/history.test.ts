import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHistory } from '../../../api/io/history.ts';
import { timelinePage } from '../../../api/model/timeline-page.ts';
import { World } from '../../../api/model/world.ts';
import { type Bus, openBus } from '../../../bus/index.ts';
import { encodeRecord } from '../../../protocol/index.ts';
import { group, incidentOf } from '../../support/api-records.ts';
import { newTopic } from '../../support/bus.ts';

let bus: Bus;
let topic: string;
const entries = 2_600;

beforeAll(async () => {
  bus = await openBus({ kind: 'embedded', file: ':memory:' });
  topic = await newTopic(bus, { retentionMs: 86_400_000 });
  const records = Array.from({ length: entries }, (_, i) => {
    const incident = i < 40 ? `${group}/5` : null;
    // Every fourth is about somebody else, and one cannot be read.
    const about = i % 4 === 3 ? 'other' : group;
    const record = incidentOf(i, { kind: 'tiltLeft', reason: 'lag' }, { incident, group: about });
    const value = i === 1_000 ? new Uint8Array([1]) : encodeRecord(record);
    return { key: about, value, headers: {} };
  });
  await bus.publish(topic, records);
});
afterAll(() => bus.close());

test('pages go on out of the log where memory ends, each entry once', async () => {
  const world = new World();
  for (let offset = 2_000; offset < entries; offset++) {
    if (offset % 4 === 3) continue;
    world.takeIncident(incidentOf(offset, { kind: 'tiltLeft', reason: 'lag' }), {
      partition: 0,
      offset,
    });
  }
  const timeline = world.groups.get(group)?.timeline;
  const history = openHistory(bus, topic);
  const seen: number[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await timelinePage(group, timeline, history, {}, 170, cursor);
    if (page === null) throw new Error('a cursor of ours was refused');
    seen.push(...page.items.map(({ atMs }) => atMs));
    if (page.next === null) break;
    cursor = page.next;
  }
  const wanted = Array.from({ length: entries }, (_, i) => entries - 1 - i);
  expect(seen).toEqual(wanted.filter((i) => i % 4 !== 3 && i !== 1_000));
});

test('an incident that memory lost is told from the log', async () => {
  const found = await openHistory(bus, topic).incident(group, `${group}/5`, 5, 5_000);
  expect(found.map(({ atMs }) => atMs)).toHaveLength(40);
});

test('a filter that fits nothing ends where the log begins', async () => {
  const history = openHistory(bus, topic);
  const none = await history.before(group, null, 10, () => false);
  expect(none).toEqual({ entries: [], next: null });
});
