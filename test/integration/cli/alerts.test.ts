// What an operator asks of alerts at night, against a log on disk: what fires, who was told, and the
// few words that are written back.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import {
  type AlertsTopicRecord,
  alertsKey,
  decodeAlertsRecord,
  encodeRecord,
} from '@regionpilot/protocol';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { alertAt, deliveryOf, noticeOf, sentOf } from '../../support/alerts-records.ts';
import { ask, attempt, createTopics, write } from './alerts-log.ts';
import { run } from './run.ts';

const brokers = inject('kafkaBrokers');

let folder: string;
let file: string;
let bus: Bus;
let now: number;

const down = { alertname: 'regionDown', group: 'payments', region: 'eu-west' };
const lost = { alertname: 'eventsLost', partition: '3' };
const over = { alertname: 'noSafeTarget', group: 'cards' };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regionpilot-alerts-'));
  file = join(folder, 'bus.sqlite');
  bus = openEmbeddedBus({ file });
  now = Date.now();
  await createTopics(bus, 2);
});

afterEach(() => bus.close());

const alerts = (...args: readonly string[]) => ask(['alerts', ...args, '--file', file]);
const json = async (...args: readonly string[]) => {
  const { out, err } = await alerts(...args, '--json');
  expect(err).toBe('');
  return JSON.parse(out);
};

async function written(): Promise<readonly { partition: number; record: AlertsTopicRecord }[]> {
  const found: { partition: number; record: AlertsTopicRecord }[] = [];
  for (const { partition } of await bus.ends('regionpilot.alerts')) {
    for await (const { value } of bus.read({
      topic: 'regionpilot.alerts',
      partition,
      from: { offset: 0 },
    })) {
      const decoded = decodeAlertsRecord(value ?? new Uint8Array());
      if (decoded.kind === 'ok') found.push({ partition, record: decoded.value });
    }
  }
  return found;
}

/** A page that was delivered, a ticket nobody was told of yet, and one that is over. */
async function aNight() {
  const page = alertAt(now - 600_000, down);
  const ticket = alertAt(now - 60_000, lost, { severity: 'ticket', state: 'pending' });
  const past = alertAt(now - 7_200_000, over, { state: 'resolved', endsMs: now - 3_600_000 });
  const notice = noticeOf('oncall', [page]);
  await write(
    bus,
    1,
    { v: 1, kind: 'owner', partition: 1, term: 1, owner: 'a', atMs: now },
    { v: 1, kind: 'alert', term: 1, alert: page },
    { v: 1, kind: 'alert', term: 1, alert: ticket },
    { v: 1, kind: 'alert', term: 1, alert: past },
    notice,
    sentOf(notice),
  );
  await attempt(
    bus,
    deliveryOf(notice, {
      result: 'retry',
      status: 503,
      error: 'HTTP 503',
      outcome: null,
      latencyMs: null,
    }),
    deliveryOf(notice, { attempt: 2 }),
  );
  return { page, ticket, past, notice };
}

describe('looking', () => {
  test('a list says what is wrong, since when, and who was told; what is over is not on it', async () => {
    const { page, ticket } = await aNight();
    const report = await json('list');
    expect(report).toMatchObject({
      v: 1,
      alerts: [
        {
          fingerprint: page.fingerprint,
          severity: 'page',
          state: 'firing',
          sinceMs: now - 600_000,
          told: [{ receiver: 'oncall', seq: 1, outcome: 'delivered' }],
          ackedBy: null,
          silencedBy: [],
        },
        { fingerprint: ticket.fingerprint, state: 'pending', told: [] },
      ],
    });
    const { out } = await alerts('list');
    expect(out).toMatch(/page +firing +10m ago +regionDown group=payments region=eu-west +oncall/);
    expect(out).toMatch(/ticket +pending .* nobody/);
  });

  test('a list can be narrowed by state, severity and matchers', async () => {
    await aNight();
    const names = async (...args: readonly string[]) =>
      (await json('list', ...args)).alerts.map(
        (each: { labels: { alertname: string } }) => each.labels.alertname,
      );
    expect(await names('--state', 'resolved')).toEqual(['noSafeTarget']);
    expect(await names('--severity', 'ticket')).toEqual(['eventsLost']);
    expect(await names('--match', 'region=~"eu-.*"', '--match', 'severity=page')).toEqual([
      'regionDown',
    ]);
    expect(await names('--match', 'region="us-east"')).toEqual([]);
    expect((await alerts('list', '--match', 'region="us-east"')).out).toMatch(/nothing to see/);
  });

  test('a fenced owner may write what it likes: it is not shown', async () => {
    const { page } = await aNight();
    const claim = { v: 1, kind: 'owner', partition: 1, term: 2, owner: 'b', atMs: now } as const;
    const resolved = { ...page, state: 'resolved', endsMs: now, updatedMs: now } as const;
    await write(bus, 1, claim, { v: 1, kind: 'alert', term: 1, alert: resolved });
    expect((await json('list', '--severity', 'page')).alerts).toMatchObject([{ state: 'firing' }]);
  });

  test('everything about one alert: why, who was told, and each attempt as proof', async () => {
    const { page, notice } = await aNight();
    const report = await json('show', page.fingerprint.slice(0, 6));
    expect(report).toMatchObject({
      v: 1,
      alerts: [{ why: 'the region is down, for 5s', annotations: { runbook: /./ } }],
      notices: [{ receiver: 'oncall', seq: 1, reason: 'first', outcome: 'delivered' }],
      attempts: [
        { attempt: 1, status: 503, result: 'retry', dedupKey: notice.dedupKey },
        { attempt: 2, status: 202, result: 'accepted', latencyMs: 80 },
      ],
      silences: [],
      acks: [],
    });
    const { out } = await alerts('show', notice.dedupKey.slice(0, 6));
    expect(out).toMatch(/why: the region is down, for 5s/);
    expect(out).toMatch(/runbook: https:\/\/runbooks\.example/);
    expect(out).toMatch(/503 +60ms +- +retry: HTTP 503/);
    expect(out).toMatch(/202 +60ms +80ms +accepted/);
  });

  test('letters that mean nothing, or more than one thing, are said to', async () => {
    const { page } = await aNight();
    expect(await alerts('show', 'zzz')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no alert and no dedup key that begins with zzz: .*alerts list/),
    });
    const twin = alertAt(
      now,
      { alertname: 'twin' },
      {
        fingerprint: `${page.fingerprint.slice(0, 15)}x`.replace(
          'x',
          page.fingerprint.endsWith('0') ? '1' : '0',
        ),
      },
    );
    await write(bus, 1, { v: 1, kind: 'alert', term: 1, alert: twin });
    const both = await alerts('show', page.fingerprint.slice(0, 15));
    expect(both).toMatchObject({
      code: 2,
      err: expect.stringMatching(/may mean .*, .*: type more of it/),
    });
    expect(await alerts('show', page.fingerprint)).toMatchObject({ code: 0 });
  });

  test('what a log says reaches no terminal as a command', async () => {
    const evil = alertAt(
      now,
      { alertname: 'x\u001b[2J', group: 'a\nb' },
      { summary: '\u001b]0;owned\u0007', why: '\u009b1A' },
    );
    const notice = noticeOf('oncall', [evil]);
    await write(bus, 0, { v: 1, kind: 'alert', term: 1, alert: evil }, notice);
    for (const words of [
      ['list'],
      ['show', evil.fingerprint],
      ['ack', evil.fingerprint],
      ['silence', 'group!=zzz', '--everything', '--for', '1h', '--reason', 'r\u001b[2J'],
    ]) {
      const { out } = await alerts(...words);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test.
      expect(out.replaceAll('\n', ''), words[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  });
});

describe('acknowledging', () => {
  test('an ack is written where the notice lies, and shown as somebody having it', async () => {
    const { page, notice } = await aNight();
    const { out } = await alerts('ack', page.fingerprint.slice(0, 6));
    expect(out).toMatch(
      /rp-[0-9a-f]{16} \(regionDown group=payments region=eu-west\) is dana's: repeats stop/,
    );
    const acks = (await written()).filter(({ record }) => record.kind === 'ack');
    expect(acks).toMatchObject([
      {
        partition: 1,
        record: { dedupKey: notice.dedupKey, author: 'dana', source: 'cli', acked: true },
      },
    ]);
    expect((await json('list', '--severity', 'page')).alerts).toMatchObject([{ ackedBy: 'dana' }]);
    expect((await json('show', notice.dedupKey)).acks).toMatchObject([{ author: 'dana' }]);
    await alerts('ack', notice.dedupKey, '--undo', '--author', 'mira');
    expect((await json('list', '--severity', 'page')).alerts).toMatchObject([{ ackedBy: null }]);
  });

  test('what nobody was told of, or what is over, cannot be acknowledged', async () => {
    const { ticket, past } = await aNight();
    const ended = noticeOf('oncall', [past], {
      seq: 2,
      action: 'resolve',
      reason: 'allResolved',
      firing: [],
      resolved: [past.fingerprint],
    });
    await write(bus, 1, ended);
    expect(await alerts('ack', ticket.fingerprint)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Nobody was told/),
    });
    expect(await alerts('ack', ended.dedupKey)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is over: there is nothing to acknowledge/),
    });
    expect((await written()).filter(({ record }) => record.kind === 'ack')).toEqual([]);
  });
});

describe('silencing', () => {
  const quiet = [
    'silence',
    'group=payments',
    'region=~"eu-.*"',
    '--for',
    '2h',
    '--reason',
    'upgrade',
  ] as const;

  test('first what it mutes and would have hidden, then it is written everywhere', async () => {
    await aNight();
    const { out, code } = await alerts(...quiet);
    expect(code).toBe(0);
    expect(out).toMatch(/mutes now: 1 alert, 1 page among them/);
    expect(out).toMatch(/hidden in the last 24 h: 1 notice, 1 page among them \(regionDown 1\)/);
    expect(out).toMatch(/silence s-[0-9a-f]{8} is in force for 2h/);
    const silences = (await written()).filter(({ record }) => record.kind === 'silence');
    expect(silences.map(({ partition }) => partition)).toEqual([0, 1]);
    expect(silences[0]?.record).toEqual(silences[1]?.record);
    const [listed] = (await json('list', '--severity', 'page')).alerts;
    expect(listed.silencedBy).toHaveLength(1);
    expect((await json('silences')).silences).toMatchObject([
      { id: listed.silencedBy[0], state: 'active', mutes: 1, author: 'dana', reason: 'upgrade' },
    ]);
  });

  test('a dry run only shows', async () => {
    await aNight();
    const report = await json(...quiet, '--dry-run');
    expect(report).toMatchObject({
      v: 1,
      dryRun: true,
      preview: {
        now: { pages: 1 },
        lastDay: { notices: 1, pages: 1, partly: 0, alerts: { regionDown: 1 } },
      },
    });
    expect((await written()).filter(({ record }) => record.kind === 'silence')).toEqual([]);
  });

  test('a silence is ended early, with a reason, in every partition', async () => {
    await aNight();
    const { silence } = await json(...quiet);
    const { out } = await alerts(
      'unsilence',
      silence.id.slice(0, 4),
      '--reason',
      'done',
      '--author',
      'mira',
    );
    expect(out).toMatch(/is over: what it muted and still fires is told now/);
    expect((await json('silences')).silences).toEqual([]);
    expect((await json('silences', '--all')).silences).toMatchObject([
      { state: 'over', author: 'dana', reason: 'upgrade (ended early by mira: done)' },
    ]);
    expect(await alerts('unsilence', silence.id, '--reason', 'again')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is over already/),
    });
    expect(await alerts('unsilence', 's-nope', '--reason', 'x')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no silence s-nope/),
    });
  });

  test.each([
    ['none at all', ['--for', '1h', '--reason', 'x'], /missing required argument 'matcher'/],
    ['no reason', ['a=b', '--for', '1h'], /required option '--reason/],
    ['no end', ['a=b', '--reason', 'x'], /required option '--for/],
    ['31 days', ['a=b', '--for', '31d', '--reason', 'x'], /Wanted 1s to 30d/],
    [
      'every page',
      ['alertname=~".*"', '--for', '1h', '--reason', 'x'],
      /mute every page.*--everything/,
    ],
    ['every page but one', ['group!=a', '--for', '1h', '--reason', 'x'], /mute every page/],
    ['pages by severity', ['severity=page', '--for', '1h', '--reason', 'x'], /mute every page/],
    [
      'no operator',
      ['group=a', 'payments', '--for', '1h', '--reason', 'x'],
      /matcher 2 of 2, character 9: payments: expected LABEL=VALUE/,
    ],
    [
      'an open quote',
      ['group="a', '--for', '1h', '--reason', 'x'],
      /matcher 1 of 1, character 7: .*quote is not closed/,
    ],
    [
      'no regular expression',
      ['group=~"("', '--for', '1h', '--reason', 'x'],
      /matcher 1 of 1, character 8: .*missing closing/,
    ],
  ])('refused: %s', async (_, args, line) => {
    const { code, err } = await alerts('silence', ...args);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(line) });
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(await written()).toEqual([]);
  });
});

describe('the real process', () => {
  test('one document on stdout, nothing on stderr', async () => {
    await aNight();
    const listed = await run(['alerts', 'list', '--file', file, '--json']);
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(listed.out)).toMatchObject({ v: 1 });
  });

  test('status says what pages, tap names each record', async () => {
    await aNight();
    const { out } = await ask(['status', '--file', file]);
    expect(out).toMatch(/alerts firing: 1 to page, 0 tickets/);
    const tapped = await ask([
      'tap',
      'alerts',
      'deliveries',
      '--from',
      'start',
      '--no-follow',
      '--file',
      file,
    ]);
    expect(tapped.out).toMatch(/alert regionDown group=payments region=eu-west firing \(page\)/);
    expect(tapped.out).toMatch(/notice #1 for oncall of rp-\w+: trigger \(first, page\)/);
    expect(tapped.out).toMatch(/trigger #1 of rp-\w+ delivered at oncall/);
    expect(tapped.out).toMatch(/attempt 1 at oncall, .*: retry, HTTP 503/);
    const own = await ask([
      'tap',
      'alerts',
      '--group',
      'payments',
      '--from',
      'start',
      '--no-follow',
      '--file',
      file,
    ]);
    expect(own.out.trim().split('\n')).toHaveLength(2);
  });

  test('every command has examples', async () => {
    const words = [
      ['run'],
      ['list'],
      ['show'],
      ['ack'],
      ['silence'],
      ['silences'],
      ['unsilence'],
      ['check'],
      ['test'],
      ['routes', 'test'],
      ['replay'],
    ];
    for (const command of words) {
      const { code, out } = await ask(['alerts', ...command, '--help']);
      expect({ code, out }, command.join(' ')).toMatchObject({
        code: 0,
        out: expect.stringContaining('Examples:'),
      });
    }
  });
});

describe.runIf(brokers.length > 0)('the same on Kafka', () => {
  test('a silence and an ack reach every partition they are for', async () => {
    const prefix = `alerts-cli-${process.pid}.`;
    const where = ['--brokers', brokers.join(','), '--prefix', prefix];
    const onKafka = (...words: readonly string[]) => ask(['alerts', ...words, ...where, '--json']);
    const strength = ['--replication', '1', '--partial-partitions', '3'];
    expect(await ask(['topics', 'apply', ...strength, ...where])).toMatchObject({ code: 0 });
    const kafka = openKafkaBus({ kind: 'kafka', brokers, clientId: 'alerts-cli-test' });
    try {
      const page = alertAt(now - 60_000, down);
      const notice = noticeOf('oncall', [page]);
      const alert = { v: 1, kind: 'alert', term: 1, alert: page } as const;
      await kafka.publish(
        `${prefix}alerts`,
        [alert, notice].map((record) => ({
          key: alertsKey(record),
          value: encodeRecord(record),
          partition: 2,
          headers: {},
        })),
      );
      expect(await onKafka('ack', page.fingerprint)).toMatchObject({ code: 0, err: '' });
      const quiet = ['silence', 'group=payments', '--for', '1h', '--reason', 'x'];
      expect(await onKafka(...quiet)).toMatchObject({ code: 0, err: '' });
      const [listed] = JSON.parse((await onKafka('list')).out).alerts;
      expect(listed).toMatchObject({ ackedBy: 'dana', silencedBy: [expect.stringMatching(/^s-/)] });
      const ends = await kafka.ends(`${prefix}alerts`);
      expect(ends.map(({ partition, end }) => [partition, end]).sort()).toEqual([
        [0, 1],
        [1, 1],
        [2, 4],
      ]);
    } finally {
      await kafka.close();
    }
  });
});

describe('a bad alerts file', () => {
  test('every problem with its place, and exit code 2', async () => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(
      path,
      'receivers:\n  oncall: { kind: pagerduty, routingKeyFle: /k }\nroute: { receivers: [oncal] }\n',
    );
    const { code, err } = await ask(['alerts', 'check', '--alerts', path]);
    expect(code).toBe(2);
    expect(err).toMatch(/bad\.yaml has \d problems \[CONFIG_INVALID\]/);
    expect(err).toMatch(/bad\.yaml:2:\d+ .*routingKeyFle.*did you mean routingKeyFile/);
    expect(err).toMatch(/bad\.yaml:3:\d+ .*oncal.*did you mean oncall/);
  });
});
