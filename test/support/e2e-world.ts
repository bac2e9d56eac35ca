// The world of the browser tests as a test sees it: the shared demo, a way to make it whole again, and
// a second API over the same log, which may want tokens, listen elsewhere, stop and come back.

import { randomUUID } from 'node:crypto';
import { type Api, type ApiOptions, startApi } from '../../api/index.ts';
import { type Bus, openBus } from '../../bus/index.ts';
import { topicPrefix } from '../../demo/settings.ts';
import { encodeRecord, type PlainRecord, type TopicName } from '../../protocol/index.ts';
import { patienceMs } from './e2e-browser.ts';
import { group, regions } from './e2e-operator.ts';
import { eventually } from './eventually.ts';

/** A write as a program does it. */
export function send(
  url: string,
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return fetch(new URL(path, url), {
    method,
    headers: { 'idempotency-key': randomUUID(), ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

export async function read<Answer>(url: string, path: string): Promise<Answer> {
  const response = await fetch(new URL(path, url));
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as Answer;
}

type Seen = {
  readonly incident: string | null;
  readonly orders: readonly unknown[];
  readonly convergence: { readonly share: number | null };
  readonly regions: readonly {
    readonly region: string;
    readonly health: string;
    readonly admit: number;
    readonly down: number;
  }[];
};

/** Heals every region, ends every order and silence, and waits until everybody is at home again. */
export async function makeWhole(url: string): Promise<void> {
  const reason = { reason: 'the next story begins' };
  for (const region of regions) await send(url, 'DELETE', `/api/v1/demo/regions/${region}/fault`);
  await send(url, 'DELETE', `/api/v1/groups/${group}/order`, reason);
  const silences = await read<{ items: readonly { id: string }[] }>(url, '/api/v1/silences');
  for (const { id } of silences.items) await send(url, 'DELETE', `/api/v1/silences/${id}`, reason);
  await eventually(() => expectWhole(url), 2 * patienceMs);
}

async function expectWhole(url: string): Promise<void> {
  const seen = await read<Seen>(url, `/api/v1/groups/${group}`);
  const home = seen.regions.every((each) => each.health === 'healthy' && each.admit === 10_000);
  const settled = seen.convergence.share === 1 && seen.orders.length === 0;
  if (home && settled && seen.incident === null) return;
  const away = seen.regions.map(
    ({ region, health, admit, down }) => `${region} ${health}, admits ${admit}, ${down} say down`,
  );
  const complaints = await read(url, `/api/v1/clients?group=${group}&verdict=down&limit=3`);
  throw new Error(`the world is not whole: ${away.join('; ')} ${JSON.stringify(complaints)}`);
}

/** The same log by a connection of our own. */
export const openLog = (file: string): Promise<Bus> => openBus({ kind: 'embedded', file });

export async function publish(
  bus: Bus,
  topic: TopicName,
  key: string,
  record: PlainRecord,
): Promise<void> {
  await bus.publish(`${topicPrefix}${topic}`, [{ key, value: encodeRecord(record), headers: {} }]);
}

/** Another API over the same log; ready when this resolves. */
export async function serveAlso(bus: Bus, options: Partial<ApiOptions> = {}): Promise<Api> {
  const topics = { prefix: topicPrefix };
  const api = await startApi({ bus, topics, instance: 'second', port: 0, ...options });
  await eventually(() => {
    const { notReady } = api.status();
    if (notReady.length > 0) throw new Error(notReady.join());
  }, patienceMs);
  return api;
}
