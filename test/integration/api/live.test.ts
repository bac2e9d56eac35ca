import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { group, incidentOf, partialOf } from '../../support/api-records.ts';
import { type ApiWorld, openApiWorld, readLive } from '../../support/api-world.ts';
import { decision } from '../../support/decisions.ts';
import { eventually } from '../../support/eventually.ts';

let world: ApiWorld;

const made = decision({
  group,
  regions: ['eu-west', 'us-east'],
  admit: { 'eu-west': 10_000, 'us-east': 10_000 },
});

beforeAll(async () => {
  world = await openApiWorld();
  await world.publish('decisions', group, made);
  await eventually(async () =>
    expect((await world.get(`/api/v1/groups/${group}`)).status).toBe(200),
  );
});
afterAll(() => world.close());

function tilt(i: number) {
  return incidentOf(Date.now(), { kind: 'tiltEntered', reason: 'lag', text: `entry ${i}` });
}

const numberOf = (id: string): number => Number(id.split('-')[1]);

test('a snapshot, then what changes, with ids that grow by one', async () => {
  const live = await readLive(world.api.url);
  const first = await live.next();
  expect(first.event).toBe('snapshot');
  expect(first.data.groups).toMatchObject([{ group, epoch: 1 }]);
  await world.publish('incidents', group, tilt(1));
  await world.publish('partials', group, partialOf(Date.now()));
  let last = numberOf(first.id);
  const seen = new Set<string>();
  await live.next(({ id, event, data }) => {
    expect(numberOf(id)).toBe(last + 1);
    expect(data.kind).toBe(event);
    last++;
    seen.add(event);
    return ['timeline', 'group', 'pipeline'].every((kind) => seen.has(kind));
  });
  live.close();
});

test('who comes back with the last id gets exactly what was missed', async () => {
  const before = await readLive(world.api.url);
  const { id } = await before.next();
  await world.publish('incidents', group, tilt(2));
  const seen = await before.next(({ event }) => event === 'timeline');
  before.close();
  await world.publish('incidents', group, tilt(3));
  const after = await readLive(world.api.url, { 'last-event-id': seen.id });
  const next = await after.next();
  expect(next.event).not.toBe('snapshot');
  expect(numberOf(next.id)).toBe(numberOf(seen.id) + 1);
  const missed = next.event === 'timeline' ? next : await after.next((m) => m.event === 'timeline');
  expect(missed.data.entry.text).toContain('entry 3');
  after.close();
  // An id of another instance, or of another time, means anew.
  for (const other of [`other-${numberOf(id)}`, `${id.split('-')[0]}-999999`, 'rubbish']) {
    const anew = await readLive(world.api.url, { 'last-event-id': other });
    expect((await anew.next()).event).toBe('snapshot');
    anew.close();
  }
});

test('a follower that does not read is cut, and nobody else notices', {
  timeout: 60_000,
}, async () => {
  const small = await openApiWorld({ limits: { bufferedBytes: 200_000 } });
  await small.publish('decisions', group, made);
  const reader = await readLive(small.api.url);
  const socket = connect(small.api.port, '127.0.0.1');
  let cut = false;
  socket.on('close', () => {
    cut = true;
  });
  socket.on('error', () => undefined);
  socket.write('GET /api/v1/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  socket.pause();
  await eventually(() => expect(small.api.status().followers.live).toBe(2));
  const text = 'x'.repeat(1_900);
  for (let i = 1; i < 1_000 && small.api.status().followers.live === 2; i++) {
    const event = { kind: 'tiltEntered', reason: 'lag', text } as const;
    const publish = () => small.publish('incidents', group, incidentOf(i, event));
    await Promise.all(Array.from({ length: 40 }, publish));
    await reader.next(({ event: kind, data }) => kind === 'timeline' && data.entry.atMs === i);
  }
  await eventually(() => expect(small.api.status().followers.live).toBe(1));
  await small.publish('incidents', group, tilt(99));
  await reader.next(
    ({ event, data }) => event === 'timeline' && data.entry.text.includes('entry 99'),
  );
  socket.resume();
  await eventually(() => expect(cut).toBe(true));
  reader.close();
  await small.close();
});

test('one follower too many is told to come again', async () => {
  const full = await openApiWorld({ limits: { followers: 1 } });
  const one = await readLive(full.api.url);
  await expect(readLive(full.api.url)).rejects.toThrow('503');
  one.close();
  await eventually(async () => {
    const next = await readLive(full.api.url);
    next.close();
  });
  await full.close();
});

test('a stream ends with the access it was opened with', async () => {
  const short = await openApiWorld({
    authenticate: async () => ({
      actor: 'vera',
      scope: 'viewer',
      auth: 'token',
      expiresMs: Date.now() + 300,
    }),
  });
  const live = await readLive(short.api.url);
  await live.ended;
  await eventually(() => expect(short.api.status().followers.live).toBe(0));
  await short.close();
});

test('500 followers hear one event', { timeout: 60_000 }, async () => {
  const followers = await Promise.all(Array.from({ length: 500 }, () => readLive(world.api.url)));
  expect(world.api.status().followers.live).toBe(500);
  await world.publish('incidents', group, tilt(500));
  await Promise.all(
    followers.map((each) =>
      each.next(({ event, data }) => event === 'timeline' && data.entry.text.includes('entry 500')),
    ),
  );
  for (const each of followers) each.close();
  await eventually(() => expect(world.api.status().followers.live).toBe(0));
});
