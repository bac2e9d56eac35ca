// The alerting service as a process: an incident becomes a page in somebody's PagerDuty, a press there
// comes back, and a config is taken whole or not at all while it runs.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { partitionOf } from '@regionpilot/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { incidentOf } from '../../../bench/alert-incidents.ts';
import { eventually } from '../../support/eventually.ts';
import {
  type FakePagerDuty,
  signatureHeader,
  startFakePagerDuty,
  webhookBody,
} from '../../support/fake-pagerduty.ts';
import { ask, createTopics } from './alerts-log.ts';
import { printed, type Running, run, start } from './run.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const secret = 'webhook-secret-of-the-subscription';
const strength = ['--replication', '1'];

let folder: string;
let bus: Bus;
let pager: FakePagerDuty;
let service: Running;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regionpilot-alerts-run-'));
  bus = openEmbeddedBus({ file: join(folder, 'bus.sqlite') });
  await createTopics(bus, 1);
  pager = await startFakePagerDuty();
  writeFileSync(join(folder, 'key'), routingKey);
  writeFileSync(join(folder, 'webhook'), secret);
});

afterEach(async () => {
  await service.stop();
  await pager.close();
  await bus.close();
});

const path = (name: string): string => join(folder, name);

function config(more = ''): string {
  const text = `
startDelay: 0s
receivers:
  oncall: { kind: pagerduty, routingKeyFile: ${path('key')}, baseUrl: ${pager.url}, retry: 100ms }
route: { receivers: [oncall], groupBy: [alertname, group], groupWait: 0s, groupInterval: 1s }
${more}`;
  writeFileSync(path('alerts.yaml'), text);
  return path('alerts.yaml');
}

async function serving(...more: readonly string[]): Promise<void> {
  const words = ['alerts', 'run', '--alerts', path('alerts.yaml'), '--file', path('bus.sqlite')];
  service = start([...words, ...strength, ...more]);
  await printed(service, '"event":"partitionClaimed"');
}

const lose = (group: string): Promise<void> =>
  bus.publish('regionpilot.incidents', [incidentOf(group, true, Date.now())]);
const find = (group: string): Promise<void> =>
  bus.publish('regionpilot.incidents', [incidentOf(group, false, Date.now())]);

const stateOf = (summary: RegExp) =>
  pager.alerts().find((alert) => summary.test(alert.summary ?? ''))?.state;

test('an incident pages once, is acknowledged from both sides, and is resolved', async () => {
  config();
  await serving('--inbound-port', '0', '--inbound-secret-file', path('webhook'));
  await printed(service, '"event":"inboundListening"');
  await lose('payments');
  await eventually(() => expect(stateOf(/payments: no region is safe/)).toBe('open'));
  const dedupKey = pager.alerts().find(({ pages }) => pages > 0)?.dedupKey ?? '';

  const port = /"event":"inboundListening".*?"port":(\d+)/.exec(service.err())?.[1];
  const occurredAt = new Date().toISOString();
  const body = webhookBody({ type: 'incident.acknowledged', dedupKey, occurredAt });
  const answer = await fetch(`http://127.0.0.1:${port}/v1/webhooks/pagerduty`, {
    method: 'POST',
    body,
    headers: {
      'x-pagerduty-signature': signatureHeader(body, secret),
      'content-type': 'application/json',
    },
  });
  expect(answer.status).toBe(200);
  const show = async () =>
    JSON.parse(
      (await ask(['alerts', 'show', dedupKey, '--file', path('bus.sqlite'), '--json'])).out,
    );
  expect((await show()).acks).toMatchObject([{ source: 'pagerduty', acked: true }]);

  await ask(['alerts', 'ack', dedupKey, '--author', 'dana', '--file', path('bus.sqlite')]);
  await eventually(() => expect(stateOf(/payments/)).toBe('acknowledged'));
  await find('payments');
  await eventually(() => expect(stateOf(/payments/)).toBe('resolved'));
  const report = await show();
  expect(report.alerts).toMatchObject([{ state: 'resolved' }]);
  await eventually(async () =>
    expect((await show()).attempts.at(-1)).toMatchObject({
      action: 'resolve',
      status: 202,
      outcome: 'delivered',
    }),
  );
  expect(pager.alerts().filter(({ dedupKey: key }) => key === dedupKey)).toMatchObject([
    { pages: 1 },
  ]);
  expect(service.err() + service.out()).not.toContain(routingKey);
});

test('a silence set from the command line keeps a page from going out', async () => {
  config();
  await serving();
  const where = ['--file', path('bus.sqlite')];
  await ask(['alerts', 'silence', 'group=payments', '--for', '1h', '--reason', 'test', ...where]);
  // Told by way of the log, behind the silence: so the silence was heard.
  await lose('cards');
  await eventually(() => expect(stateOf(/cards/)).toBe('open'));
  await lose('payments');
  await lose('loans');
  await eventually(() => expect(stateOf(/loans/)).toBe('open'));
  expect(stateOf(/payments/)).toBeUndefined();
  const { out } = await ask(['alerts', 'silences', '--json', ...where]);
  const [{ id, mutes }] = JSON.parse(out).silences;
  expect(mutes).toBe(1);
  await ask(['alerts', 'unsilence', id, '--reason', 'over', ...where]);
  await eventually(() => expect(stateOf(/payments/)).toBe('open'));
});

test('routes test names the key that goes out, whichever partition a group lies in', async () => {
  await createTopics(bus, 2);
  const groups = ['cache-a', 'cache-b'];
  const here = groups.find((group) => partitionOf(group, 2) === 0) ?? '';
  const there = groups.find((group) => partitionOf(group, 2) === 1) ?? '';
  const alerts = ['--alerts', config(), '--partial-partitions', '2'];
  await serving('--partial-partitions', '2');
  for (const group of [here, there]) {
    await lose(group);
    const words = ['alerts', 'routes', 'test', 'alertname=noSafeTarget', `group=${group}`];
    const { out } = await ask([...words, ...alerts, '--json']);
    const [{ dedupKey }] = JSON.parse(out).routes;
    await eventually(() =>
      expect(pager.alerts().map((alert) => alert.dedupKey)).toContain(dedupKey),
    );
  }
});

test('scenario 41: a bad new config is refused with line and field, the old one pages on', async () => {
  config();
  await serving();
  config('rules: { noSafeTarget: { severty: ticket }, regionDwn: { for: 5 } }');
  service.process.kill('SIGHUP');
  await printed(service, '"event":"configRefused"');
  const refused =
    service
      .err()
      .split('\n')
      .find((line) => line.includes('"configRefused"')) ?? '';
  const { problems, level } = JSON.parse(refused);
  expect(level).toBe('warn');
  expect(problems.join('\n')).toMatch(
    /alerts\.yaml:6:\d+ rules\.noSafeTarget\.severty: .*did you mean severity/,
  );
  expect(problems.join('\n')).toMatch(/alerts\.yaml:6:\d+ rules\.regionDwn/);
  await lose('payments');
  await eventually(() => expect(stateOf(/payments/)).toBe('open'));
  await eventually(() => expect(stateOf(/new alerting config was refused/)).toBe('open'));

  config('rules: { noSafeTarget: { severity: ticket } }');
  service.process.kill('SIGHUP');
  await eventually(() => expect(service.err().match(/"event":"configApplied"/g)).toHaveLength(2));
  await eventually(() => expect(stateOf(/new alerting config was refused/)).toBe('resolved'));
  await lose('cards');
  await eventually(() =>
    expect(pager.alerts().find(({ summary }) => /cards/.test(summary ?? ''))).toMatchObject({
      severity: 'warning',
      pages: 0,
    }),
  );
});

test('a file that changes is read without a signal; a secret that vanishes stops nothing', async () => {
  config();
  await serving();
  config('rules: { noSafeTarget: { severity: ticket } }');
  await eventually(() => expect(service.err().match(/"event":"configApplied"/g)).toHaveLength(2));
  await lose('cards');
  await eventually(() =>
    expect(pager.alerts().find(({ summary }) => /cards/.test(summary ?? ''))?.severity).toBe(
      'warning',
    ),
  );
  rmSync(path('key'));
  await printed(
    service,
    /"event":"configRefused","problems":\["The secret file .*key cannot be used/,
  );
  await lose('payments');
  await eventually(() => expect(stateOf(/payments/)).toBe('open'));
});

test('what cannot work is said before anything starts', async () => {
  config();
  const words = ['alerts', 'run', '--file', path('bus.sqlite'), ...strength];
  service = start([...words, '--alerts', path('none.yaml')]);
  expect(await service.ended).toMatchObject({
    code: 2,
    err: expect.stringMatching(/none\.yaml: no such file/),
  });
  expect(
    await run([...words, '--alerts', path('alerts.yaml'), '--inbound-port', '0']),
  ).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--inbound-port wants --inbound-secret-file/),
  });
  expect(
    await run([...words, '--alerts', path('alerts.yaml'), '--partial-partitions', '2']),
  ).toMatchObject({
    code: 4,
    err: expect.stringMatching(/Topics are weaker than configured/),
  });
});
