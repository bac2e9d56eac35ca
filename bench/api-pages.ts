// Pages of clients: how long a reader waits for a hundred among ten thousand, one page after the
// other, from an API in a thread of its own.

import { startApiWorker } from '@regionpilot/api';
import type { Bus } from '@regionpilot/bus';
import { encodeRecord, topicFullName } from '@regionpilot/protocol';
import { quantile } from '../cli/drill/quantile.ts';
import { rosterOf } from '../test/support/api-records.ts';
import { eventually } from '../test/support/eventually.ts';
import { atMost, type BenchResult, rounded } from './result.ts';

const clients = 10_000;
const partitions = 2;
const requests = 1_000;
const warmUps = 100;
const sorts = ['worst', 'client'] as const;

type Page = { readonly total: number; readonly next: string | null };

/** @param bus To the same log, for what there is to read. */
export async function measurePages(
  bus: Bus,
  brokers: readonly string[],
  prefix: string,
): Promise<BenchResult> {
  const plan = {
    topics: { prefix },
    instance: 'bench-pages',
    host: '127.0.0.1',
    port: 0,
    access: {},
    grafanaUrl: null,
  };
  const config = { kind: 'kafka', brokers, clientId: 'bench-pages' } as const;
  const api = await startApiWorker(plan, config, () => undefined);
  try {
    await eventually(async () => {
      if ((await fetch(`${api.url}/readyz`)).status !== 200) throw new Error('not ready');
    });
    for (let partition = 0; partition < partitions; partition++) {
      const roster = rosterOf(clients / partitions, { partition, atMs: Date.now() }, 10);
      const record = {
        key: `${roster.group}/${partition}`,
        value: encodeRecord(roster),
        headers: {},
      };
      await bus.publish(topicFullName(prefix, 'rosters'), [record]);
    }
    await eventually(async () => {
      const { total } = await page(`${api.url}/api/v1/clients?limit=1`);
      if (total !== clients) throw new Error(`${total} clients`);
    });
    return resultOf(await waits(api.url));
  } finally {
    await api.close();
  }
}

async function waits(url: string): Promise<readonly number[]> {
  const took: number[] = [];
  let next: string | null = null;
  for (let i = 0; i < warmUps + requests; i++) {
    const sort = sorts[Math.floor(i / 50) % sorts.length] ?? 'worst';
    const cursor: string = next === null || i % 50 === 0 ? '' : `&cursor=${next}`;
    const beganMs = performance.now();
    ({ next } = await page(`${url}/api/v1/clients?limit=100&sort=${sort}${cursor}`));
    if (i >= warmUps) took.push(performance.now() - beganMs);
  }
  return took;
}

async function page(url: string): Promise<Page> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as Page;
}

function resultOf(took: readonly number[]): BenchResult {
  const at = (share: number): number => rounded(quantile(took, share) ?? Number.NaN);
  return atMost(
    'a page of 100 among 10,000 clients, p99',
    at(0.99),
    50,
    'ms',
    `${requests} pages one after the other, by trouble and by name, parsed by the reader: p50 ${at(0.5)}, longest ${at(1)} ms`,
  );
}
