// Agents that follow decisions over HTTP: the same rules as on the log, whatever happens on the way.

import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Decision } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { createAgent } from '../../../agent/index.ts';
import { decision, heartbeat } from '../../unit/agent/build.ts';
import { groups, openLog, scratchFolder, startAgent, until } from '../agent/core-support.ts';
import { runRelay } from './relay-support.ts';

const toUs: Partial<Decision> = { reason: 'regionDown', admit: { eu: 0, us: 10_000 } };
const decisionOf = (term: number, epoch: number, more: Partial<Decision> = {}): Decision =>
  decision({ term, epoch, ...more });

test('an agent without Kafka follows a relay: the present first, then each decision as it is made', async () => {
  const log = await openLog();
  await log.decide(decisionOf(1, 3, toUs));
  const { url, seen } = await runRelay(log.bus);
  const { agent, said } = startAgent({ client: 'web-1', decisions: { relay: url }, groups });
  await agent.ready();
  expect(agent.route('cache').current).toMatchObject({
    region: 'us',
    version: { term: 1, epoch: 3 },
  });
  await log.decide(decisionOf(1, 4));
  await until('moved back', () => agent.route('cache').current.region === 'eu');
  expect(agent.status()).toMatchObject({
    bus: { kind: 'none' },
    relay: { state: 'open', connects: 1, failures: 0, rejected: 0 },
    decisions: { state: 'following', applied: 2 },
  });
  expect(seen[0]).toMatchObject({ accept: 'text/event-stream' });
  expect(said('busUnavailable')).toBe(0);
});

test('nothing is reported without a bus, and what was counted is declared as dropped', async () => {
  const log = await openLog();
  const { url } = await runRelay(log.bus);
  const { agent, said } = startAgent({
    client: 'web-1',
    decisions: { relay: url },
    groups,
    calmFlushMs: 100,
  });
  const quiet = { waitingSinceMs: (): number => 0 };
  const at = { group: 'cache', region: 'eu', target: 'eu:6379' };
  agent.connection({ ...at, probe: quiet }).changed('ready');
  await until('rows given up', () => (agent.status().reports.dropped.sendFailed ?? 0) > 2);
  expect(agent.status().reports).toMatchObject({ waiting: 0, bytes: 0, connectionsRefused: 0 });
  expect(said('batchDropped')).toBe(0);
});

test('with a bus, decisions come from the relay and events still go to the log', async () => {
  const log = await openLog();
  const { url } = await runRelay(log.bus);
  await log.decide(decisionOf(1, 1, toUs));
  const { agent } = startAgent({ client: 'web-1', decisions: { relay: url }, groups }, log.bus);
  await agent.ready();
  expect(agent.route('cache').current.region).toBe('us');
  await until('reported', () => log.batches().some(({ applied }) => 'cache' in applied));
});

test('fifty followers apply a decision; a relay that restarts loses none of them nor anything meanwhile', async () => {
  const log = await openLog();
  await log.decide(decisionOf(1, 1));
  const first = await runRelay(log.bus);
  const agents = Array.from(
    { length: 50 },
    (_, i) => startAgent({ client: `web-${i}`, decisions: { relay: first.url }, groups }).agent,
  );
  const all = (epoch: number) =>
    agents.every((agent) => agent.route('cache').current.version.epoch === epoch);
  await until('all have the first', () => all(1));
  expect(first.relay.followers()).toBe(50);
  await log.decide(decisionOf(1, 2, toUs));
  await until('all have the second', () => all(2));
  await first.close();
  await log.decide(decisionOf(1, 3));
  const second = await runRelay(log.bus, { port: first.port });
  await until('all have the third', () => all(3), 20_000);
  await log.decide(decisionOf(1, 4, toUs));
  await until('all have the fourth', () => all(4), 20_000);
  // Offsets of the same log mean the same at the next relay.
  expect(second.seen.every((headers) => /^\d+-\d+$/.test(String(headers['last-event-id'])))).toBe(
    true,
  );
});

test('an older epoch from a relay that lags is not obeyed, and its dead beats do not look like life', async () => {
  const fresh = await openLog();
  await fresh.decide(decisionOf(2, 5, toUs));
  const first = await runRelay(fresh.bus);
  const { agent, events } = startAgent({
    client: 'web-1',
    decisions: { relay: first.url },
    groups,
    decisionStaleMs: 500,
  });
  await agent.ready();
  await fresh.beat(heartbeat({ cache: [2, 5] }, { intervalMs: 100 }));
  await first.close();
  await until('stale', () => events.some(({ kind }) => kind === 'streamStale'));

  const lagging = await openLog();
  await lagging.decide(decisionOf(1, 9));
  // It names what this client holds, but it was there before.
  await lagging.beat(heartbeat({ cache: [2, 5] }, { intervalMs: 100 }));
  const second = await runRelay(lagging.bus, { port: first.port });
  await until('reconnected', () => second.relay.followers() === 1, 20_000);
  await until('older counted', () => agent.status().decisions.older > 0);
  expect(agent.route('cache').current).toMatchObject({
    region: 'us',
    version: { term: 2, epoch: 5 },
  });
  await until('caught up', () => agent.status().relay?.state === 'open');
  expect(events.some(({ kind }) => kind === 'streamFresh')).toBe(false);
  await lagging.beat(heartbeat({ cache: [2, 5] }, { intervalMs: 100 }));
  await until('alive again', () => events.some(({ kind }) => kind === 'streamFresh'));
});

test('a token is read from its file at each connection; a refusal is counted and tried again', async () => {
  const log = await openLog();
  await log.decide(decisionOf(1, 1, toUs));
  const tokenFile = join(scratchFolder(), 'token');
  writeFileSync(tokenFile, 'rp_relay_old\n');
  const { url, seen } = await runRelay(log.bus, {
    authorize: ({ authorization }) => (authorization === 'Bearer rp_relay_new' ? null : 401),
  });
  const { agent, events } = startAgent({
    client: 'web-1',
    decisions: { relay: url, tokenFile },
    groups,
  });
  await until('refused', () => (agent.status().relay?.failures ?? 0) >= 1);
  expect(agent.route('cache').current.region).toBe('eu');
  writeFileSync(tokenFile, 'rp_relay_new\n');
  await until('let in', () => agent.route('cache').current.region === 'us', 20_000);
  expect(seen[0]?.authorization).toBe('Bearer rp_relay_old');
  expect(JSON.stringify(events)).not.toContain('rp_relay');
});

test('a reader that does not read is cut; the others hear everything', async () => {
  const log = await openLog();
  await log.decide(decisionOf(1, 1));
  const { url, relay, port } = await runRelay(log.bus, { bufferedBytesMax: 100_000 });
  const asleep = request({ port, host: '127.0.0.1', path: relay.stream.path, agent: false });
  const opened = new Promise<void>((resolve) =>
    asleep.on('response', (response) => {
      response.pause();
      response.on('error', () => undefined);
      resolve();
    }),
  );
  asleep.on('error', () => undefined);
  asleep.end();
  await opened;
  const { agent } = startAgent({ client: 'web-1', decisions: { relay: url }, groups });
  await until('both there', () => relay.followers() === 2);
  let epoch = 1;
  await until(
    'the sleeper is cut',
    () => {
      epoch++;
      void log.decide(decisionOf(1, epoch, { text: 'x'.repeat(1_900) }));
      for (let i = 0; i < 40; i++) void log.put('decisions', 'cache', 'y'.repeat(50_000));
      return relay.followers() === 1;
    },
    30_000,
  );
  await until(
    'the other heard the last',
    () => agent.route('cache').current.version.epoch === epoch,
    20_000,
  );
});

test('no more followers than there is room for, and none with an access that ended', async () => {
  const log = await openLog();
  const { url, relay } = await runRelay(log.bus, {
    followersMax: 1,
    expiresMs: Date.now() + 1_500,
  });
  const one = startAgent({ client: 'web-1', decisions: { relay: url }, groups }).agent;
  await until('one is in', () => relay.followers() === 1);
  const other = startAgent({ client: 'web-2', decisions: { relay: url }, groups });
  await until('the other is refused', () =>
    other.events.some((event) => event.kind === 'busUnavailable' && event.text.includes('503')),
  );
  await until('the access ended', () => (one.status().relay?.failures ?? 0) > 0, 20_000);
});

test('agents that are closed leave nothing behind', async () => {
  const log = await openLog();
  const { url, relay } = await runRelay(log.bus);
  const agent = createAgent({ client: 'web-1', decisions: { relay: url }, groups });
  await until('there', () => relay.followers() === 1);
  const began = performance.now();
  await agent.close({ deadlineMs: 30_000 });
  // There is nobody to say goodbye to, so nothing is waited for.
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(agent.status().relay?.state).toBe('closed');
  await until('gone', () => relay.followers() === 0);
});
