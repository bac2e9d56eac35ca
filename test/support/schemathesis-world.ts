// An API with something to ask about: a real aggregator that judges a fleet and has just left a
// region, alerts that were told and acknowledged, an order, silences, audit records.

import { parseAggregatorConfig, startAggregator } from '../../aggregator/index.ts';
import { fingerprintOf } from '../../alerts/fingerprint.ts';
import type { ApiOptions } from '../../api/io/api.ts';
import { type AlertsTopicRecord, alertsKey, topicFullName } from '../../protocol/index.ts';
import { alertAt, deliveryOf, noticeOf, sentOf } from './alerts-records.ts';
import { type ApiWorld, openApiWorld } from './api-world.ts';
import { batchRecord } from './batches.ts';
import { eventually } from './eventually.ts';

export const fuzzGroup = 'payments';
const about = { group: fuzzGroup, region: 'eu' };
const clients = 12;
const everyMs = 200;

/** So wide that what is found is never "slower, please". */
const wideOpen = {
  readsPer10S: 1_000_000,
  writesPer10S: 1_000_000,
  concurrent: 1_000,
} as const;

/** Names an answer exists for, by parameter. */
export const fuzzKnown: Readonly<Record<string, string>> = {
  group: fuzzGroup,
  fingerprint: fingerprintOf({ alertname: 'regionDown', ...about }),
  id: 's-quiet',
};

/** @param token Of an admin; '' where nobody is asked who they are. */
export async function openFuzzWorld(
  token: string,
  options: Partial<ApiOptions> = {},
): Promise<ApiWorld> {
  const world = await openApiWorld({ limits: wideOpen, ...options });
  const aggregator = await startAggregator({
    config: parseAggregatorConfig({}),
    bus: world.bus,
  });
  const fleet = runFleet(world);
  await fillAlerts(world);
  await eventually(() => {
    if (aggregator.status().groups.length === 0) throw new Error('no group is known yet');
  });
  fleet.lose();
  await eventually(async () => {
    const incidents = await answerOf(world, token, '/api/v1/incidents');
    const clientPage = await answerOf(world, token, '/api/v1/clients');
    if (incidents.total === 0) throw new Error('no incident is open yet');
    if (clientPage.total === 0) throw new Error('no client is known yet');
  }, 60_000);
  return {
    ...world,
    close: async () => {
      fleet.stop();
      await aggregator.close();
      await world.close();
    },
  };
}

type Total = { readonly total: number };

async function answerOf({ get }: ApiWorld, token: string, path: string): Promise<Total> {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  return (await (await get(path, { headers })).json()) as Total;
}

type Fleet = { readonly lose: () => void; readonly stop: () => void };

function runFleet({ bus }: ApiWorld): Fleet {
  let seq = 0;
  let lost = 0;
  const timer = setInterval(() => {
    const sentMs = Date.now();
    const records = Array.from({ length: clients }, (_, i) =>
      batchRecord({
        client: `checkout-${i}`,
        group: fuzzGroup,
        seq,
        sentMs,
        domain: `zone-${i % 3}`,
        rows: [
          { region: 'eu', ...(i < lost ? { state: 'closed' } : { ok: 5 }) },
          { region: 'us', ok: 2 },
        ],
      }),
    );
    seq += 1;
    void bus.publish(topicFullName('regionpilot.', 'events'), records);
  }, everyMs);
  return {
    lose: () => {
      lost = clients - 1;
    },
    stop: () => clearInterval(timer),
  };
}

async function fillAlerts(world: ApiWorld): Promise<void> {
  const nowMs = Date.now();
  const down = alertAt(nowMs - 60_000, { alertname: 'regionDown', ...about });
  const over = alertAt(
    nowMs - 120_000,
    { alertname: 'stragglers', ...about },
    { state: 'resolved', severity: 'ticket', endsMs: nowMs - 90_000 },
  );
  const notice = noticeOf('oncall', [down]);
  const words: readonly AlertsTopicRecord[] = [
    { v: 1, kind: 'alert', term: 1, alert: down },
    { v: 1, kind: 'alert', term: 1, alert: over },
    notice,
    sentOf(notice),
    {
      v: 1,
      kind: 'silence',
      id: 's-quiet',
      matchers: [{ label: 'alertname', op: '=', value: 'stragglers' }],
      startsMs: nowMs - 60_000,
      endsMs: nowMs + 86_400_000,
      author: 'ann',
      reason: 'a known nuisance',
    },
  ];
  for (const word of words) await world.publish('alerts', alertsKey(word), word);
  await world.publish('deliveries', notice.dedupKey, deliveryOf(notice));
}
