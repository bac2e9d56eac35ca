// An alerts file before it is trusted: its routes asked, its receivers tried for real, its rules run
// over what already happened.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { encodeRecord, envelope, heartbeatKey } from '@regionpilot/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { incidentOf } from '../../../bench/alert-incidents.ts';
import { beat } from '../../support/alerts-facts.ts';
import { type FakePagerDuty, startFakePagerDuty } from '../../support/fake-pagerduty.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';
import { ask, createTopics } from './alerts-log.ts';

const routingKey = '0123456789abcdef0123456789abcdef';

let folder: string;
let pager: FakePagerDuty;
let hook: WebhookReceiver;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regionpilot-trial-'));
  pager = await startFakePagerDuty({ routingKeys: [routingKey] });
  hook = await startWebhookReceiver({});
  writeFileSync(join(folder, 'key'), `${routingKey}\n`);
});

afterEach(async () => {
  await pager.close();
  await hook.close();
});

const named = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const receivers = (): string => `
receivers:
  oncall: { kind: pagerduty, routingKeyFile: ${join(folder, 'key')}, baseUrl: ${pager.url} }
  hook: { kind: webhook, url: ${hook.url}, allow: [127.0.0.0/8], timeout: 2s }
`;

const file = (more = ''): string => named('alerts.yaml', `${receivers()}${more}`);

describe('trying a receiver', () => {
  test('PagerDuty is told, and what it was told of is resolved again', async () => {
    const { code, out, err } = await ask(['alerts', 'test', 'oncall', '--alerts', file()]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /oncall took the test in \d+m?s: HTTP 202, ".*"\noncall took the resolve in/,
    );
    expect(pager.alerts()).toMatchObject([{ state: 'resolved', severity: 'info', pages: 0 }]);
    expect(out + err).not.toContain(routingKey);
  });

  test('a webhook is told once', async () => {
    const { out } = await ask(['alerts', 'test', 'hook', '--alerts', file(), '--json']);
    expect(JSON.parse(out)).toMatchObject({
      v: 1,
      receiver: 'hook',
      kind: 'webhook',
      answers: [{ action: 'test', result: 'accepted', status: 200, error: null }],
    });
    expect(hook.messages()).toHaveLength(1);
  });

  test('what would stay open in an Alertmanager is ended again', async () => {
    const path = named(
      'am.yaml',
      receivers().replace('timeout: 2s', 'timeout: 2s, format: alertmanager'),
    );
    const { out } = await ask(['alerts', 'test', 'hook', '--alerts', path, '--json']);
    expect(JSON.parse(out).answers).toMatchObject([{ action: 'test' }, { action: 'resolve' }]);
    const said = hook.journal().map(({ body }) => JSON.parse(body));
    expect(said).toMatchObject([{ status: 'firing' }, { status: 'resolved' }]);
    expect(said[0].alerts[0].labels).toEqual(said[1].alerts[0].labels);
  });

  test('a receiver that refuses is a failure, with what it said and without the key', async () => {
    named('key', 'ffffffffffffffffffffffffffffffff');
    const { code, out, err } = await ask(['alerts', 'test', 'oncall', '--alerts', file()]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /oncall did not take the test: .*Invalid routing key.* \[DELIVERY_FAILED\]/,
    );
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(out + err).not.toContain('ffffffff');
    expect(pager.journal()).toHaveLength(1);
  });

  test('a receiver that answers nothing is one too', async () => {
    hook.fail({ kind: 'status', status: 503 });
    expect(await ask(['alerts', 'test', 'hook', '--alerts', file()])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/hook did not take the test: .*503.* \[DELIVERY_FAILED\]/),
    });
  });

  test('a name nobody knows is told those there are', async () => {
    expect(await ask(['alerts', 'test', 'oncal', '--alerts', file()])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no receiver oncal \(oncall, hook\): did you mean oncall\?/),
    });
  });

  test('a secret that is not there is named before anything is sent', async () => {
    const path = named('other.yaml', receivers().replace('/key', '/no-key'));
    expect(await ask(['alerts', 'test', 'oncall', '--alerts', path])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no-key cannot be used: ENOENT.* \[FILE_UNREADABLE\]/),
    });
    expect(pager.journal()).toEqual([]);
  });
});

describe('asking the routes', () => {
  const routes = `
route:
  receivers: [hook]
  groupBy: [alertname, group]
  groupWait: 30s
  groupInterval: 5m
  repeatInterval: 4h
  routes:
    - { match: ['severity="page"', 'group="payments"'], receivers: [oncall], groupWait: 0s, continue: true }
    - { match: ['region=~"eu-.*"'], receivers: [hook], groupBy: [region], repeatInterval: 0s }
`;
  const about = (...more: readonly string[]) =>
    ask(['alerts', 'routes', 'test', '--alerts', file(routes), ...more]);

  test('each way through the tree, with its group, rhythm and dedup key', async () => {
    const { out } = await about(
      'alertname=regionDown',
      'group=payments',
      'region=eu-west',
      '--json',
    );
    expect(JSON.parse(out)).toMatchObject({
      v: 1,
      labels: { severity: 'page', group: 'payments' },
      routes: [
        {
          path: ['root', '{severity="page", group="payments"}'],
          receivers: ['oncall'],
          groupLabels: { alertname: 'regionDown', group: 'payments' },
          rhythm: { groupWaitMs: 0, groupIntervalMs: 300_000 },
          dedupKey: expect.stringMatching(/^rp-[0-9a-f]{16}$/),
        },
        {
          receivers: ['hook'],
          groupLabels: { region: 'eu-west' },
          rhythm: { repeatIntervalMs: 0 },
        },
      ],
    });
    const text = await about('alertname=regionDown', 'group=payments', 'region=eu-west');
    expect(text.out).toMatch(
      /route root > \{region=~"eu-\.\*"\}\n {2}receivers: hook\n {2}group: region=eu-west/,
    );
    expect(text.out).toMatch(/repeated never/);
  });

  test('severity decides, and what nobody wants goes to the root', async () => {
    const { out } = await about('group=payments', '--severity', 'ticket', '--json');
    expect(JSON.parse(out).routes).toMatchObject([{ path: ['root'], receivers: ['hook'] }]);
  });

  test('what is no label is refused', async () => {
    expect(await about('group~payments', 'region!=eu', 'severity=page')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /These are no labels[\s\S]*group~payments[\s\S]*region!=eu: an alert has labels[\s\S]*severity=page: give --severity/,
      ),
    });
  });
});

describe('history through other rules', () => {
  test('a page less is a difference; the same file is none; what the log lacks is said', async () => {
    const bus = openEmbeddedBus({ file: join(folder, 'bus.sqlite') });
    await createTopics(bus, 1);
    const began = Date.now();
    await bus.publish('regionpilot.incidents', [incidentOf('payments', true, began)]);
    const heartbeat = beat(0);
    if (heartbeat.kind === 'beat') {
      await bus.publish('regionpilot.decisions', [
        {
          key: heartbeatKey(0),
          value: encodeRecord({ ...heartbeat.heartbeat, atMs: began }),
          headers: envelope({ kind: 'heartbeat', id: 'h', source: '/test', atMs: began }),
        },
      ]);
    }
    await bus.close();
    const rules = named(
      'calmer.yaml',
      `${receivers()}\nrules: { noSafeTarget: { severity: ticket } }\n`,
    );
    const span = ['--from', '-10m', '--to', '2100-01-01'];
    const where = ['--file', join(folder, 'bus.sqlite'), '--alerts', file(), ...span];
    const differs = await ask(['alerts', 'replay', '--rules', rules, ...where, '--json']);
    expect(differs.err).toBe('');
    expect(differs.code).toBe(4);
    expect(JSON.parse(differs.out)).toMatchObject({
      v: 1,
      same: false,
      onlyA: [{ alerts: ['noSafeTarget'], groupLabels: { group: 'payments' }, endedMs: null }],
      onlyB: [],
      both: [],
      a: { pages: 1 },
      b: { pages: 0 },
    });
    const text = await ask(['alerts', 'replay', '--rules', rules, ...where]);
    expect(text.out).toMatch(/partials \(kept 1 h\) are not there at all/);
    expect(text.out).toMatch(
      /pages only A sends \(1\)\n {2}.* noSafeTarget \(payments\): .*, paged after \d/,
    );
    expect(text.out).toMatch(/B: 0 pages more, 1 fewer/);
    const same = await ask(['alerts', 'replay', '--rules', file(), ...where]);
    expect(same).toMatchObject({ code: 0, out: expect.stringMatching(/no difference/) });
  });

  test('a span that ends before it begins is refused', async () => {
    const args = ['--rules', file(), '--file', 'x', '--from', 'now', '--to', '-1h'];
    expect(await ask(['alerts', 'replay', ...args])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--from must be before --to/),
    });
  });
});

test('a file in order says what it sets up', async () => {
  const { code, out } = await ask(['alerts', 'check', '--alerts', file()]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /is in order\n {2}rules: \d+ page, \d+ ticket, 1 info\n {2}receivers: oncall \(pagerduty\), hook \(webhook\)/,
  );
});
