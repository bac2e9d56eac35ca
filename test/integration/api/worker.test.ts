import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiEvent } from '../../../api/io/log.ts';
import type { ApiPlan } from '../../../api/io/plan.ts';
import { startApiWorker } from '../../../api/io/worker.ts';
import { type Bus, openBus } from '../../../bus/index.ts';
import { encodeRecord, topicCatalogue, topicDefaults } from '../../../protocol/index.ts';
import { group } from '../../support/api-records.ts';
import { jsonOf } from '../../support/api-world.ts';
import { decision } from '../../support/decisions.ts';
import { eventually } from '../../support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'regionpilot-api-'));
const config = { kind: 'embedded', file: join(folder, 'bus.sqlite') } as const;
let bus: Bus;

beforeAll(async () => {
  bus = await openBus(config);
  const topics = { ...topicDefaults, replication: 1, minInsyncReplicas: 1 };
  await bus.applyTopics(topicCatalogue(topics));
});
afterAll(async () => {
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

const plan: ApiPlan = {
  topics: { prefix: topicDefaults.prefix },
  instance: 'test',
  host: '127.0.0.1',
  port: 0,
  access: {},
  grafanaUrl: null,
};

test('a thread of its own reads what this one writes, and ends when told', async () => {
  const said: ApiEvent[] = [];
  const worker = await startApiWorker(plan, config, (event) => said.push(event));
  const record = decision({ group, regions: ['eu-west'], admit: { 'eu-west': 10_000 } });
  const value = encodeRecord(record);
  await bus.publish('regionpilot.decisions', [{ key: group, value, headers: {} }]);
  const url = `${worker.url}/api/v1/groups/${group}`;
  await eventually(async () => expect((await fetch(url)).status).toBe(200));
  expect(await jsonOf(await fetch(url))).toMatchObject({ group, epoch: 1 });
  await worker.close();
  await worker.close();
  expect(said.map(({ event }) => event)).toEqual(['apiStarted', 'apiStopped']);
  await expect(fetch(url)).rejects.toThrow();
});

test('what keeps it from starting is told here, with its code', async () => {
  const worker = await startApiWorker(plan, config, () => undefined);
  const taken = startApiWorker({ ...plan, port: worker.port }, config, () => undefined);
  await expect(taken).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  const open = startApiWorker({ ...plan, host: '0.0.0.0' }, config, () => undefined);
  await expect(open).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await worker.close();
});
