// What goes wrong at a keyboard: each gets one clear line that says what to do next, an exit code
// that says what kind of thing it was, and no stack trace.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { printed, run, start } from './run.ts';

const brokers = inject('kafkaBrokers');
const folder = mkdtempSync(join(tmpdir(), 'regionpilot-bad-'));
const path = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};

const tenMistakes = `
bus: { kind: kafka, brokers: [nonsense], sasl: { mechanism: md5, username: u, passwordFile: p } }
topics: { replication: 9, minInsync: 2 }
aggregator: { snapshotMs: 5 }
policy: { tickMs: 5, quorumRatio: 2, stallMs: fast }
groups: { payments: { regions: ["eu west"], policy: { confirmTicks: 0 } } }
`;

type Case = {
  readonly mistake: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly line: RegExp;
};

const bus = path('bus.sqlite');

const cases: readonly Case[] = [
  {
    mistake: 'an unknown command',
    args: ['statsu'],
    code: 2,
    line: /unknown command 'statsu' \(Did you mean status\?\)/,
  },
  {
    mistake: 'an unknown option',
    args: ['status', '--fil', 'x'],
    code: 2,
    line: /unknown option '--fil' \(Did you mean --file\?\)/,
  },
  {
    mistake: 'no bus',
    args: ['status'],
    code: 2,
    line: /No bus named: give --brokers .* or --file/,
  },
  {
    mistake: 'two buses',
    args: ['status', '--brokers', 'a:1', '--file', 'b'],
    code: 2,
    line: /both --brokers and --file/,
  },
  {
    mistake: 'a broker without a port',
    args: ['status', '--brokers', 'localhost'],
    code: 2,
    line: /Got broker "localhost", wanted host:port/,
  },
  {
    mistake: 'a file that is not there',
    args: ['status', '--file', path('typo.sqlite')],
    code: 3,
    line: /No embedded bus in .*typo\.sqlite/,
  },
  {
    mistake: 'a file that is something else',
    args: [
      'status',
      '--file',
      write('text.sqlite', 'this is not a database, it is a diary'.repeat(99)),
    ],
    code: 3,
    line: /Cannot open the embedded bus in .*file is not a database/,
  },
  {
    mistake: 'a config that is not there',
    args: ['status', '--config', path('none.yaml')],
    code: 2,
    line: /Cannot use .*none\.yaml: no such file/,
  },
  {
    mistake: 'a config that is no YAML',
    args: ['status', '--config', write('broken.yaml', 'bus: [1\npolicy: }')],
    code: 2,
    line: /broken\.yaml is neither YAML nor JSON: .* at line 2/,
  },
  {
    mistake: 'a duration without a unit',
    args: ['hold', 'set', 'payments', '--use', 'eu', '--for', '30', '--reason', 'x', '--file', bus],
    code: 2,
    line: /argument '30' is invalid\. Wanted 1s to 30d, for example 30m/,
  },
  {
    mistake: 'an order without a reason',
    args: ['hold', 'set', 'payments', '--use', 'eu', '--for', '30m', '--file', bus],
    code: 2,
    line: /required option '--reason <text>' not specified/,
  },
  {
    mistake: 'an order for a group nobody knows',
    args: [
      'hold',
      'set',
      'paymnts',
      '--avoid',
      'eu',
      '--for',
      '30m',
      '--reason',
      'x',
      '--file',
      bus,
    ],
    code: 2,
    line: /There is no group paymnts/,
  },
  {
    mistake: 'a group nobody knows',
    args: ['explain', 'payments', '--file', bus],
    code: 2,
    line: /There is no group payments \(none is known\)/,
  },
  {
    mistake: 'a topic nobody knows',
    args: ['tap', 'incident', '--file', bus],
    code: 2,
    line: /There is no topic incident \(.*\): did you mean incidents\?/,
  },
  {
    mistake: 'a time that is none',
    args: ['explain', 'payments', '--at', 'yesterday', '--file', bus],
    code: 2,
    line: /argument 'yesterday' is invalid\. Wanted a time/,
  },
  {
    mistake: 'topics under a prefix nobody made',
    args: ['status', '--file', bus, '--prefix', 'other.'],
    code: 4,
    line: /No topic other\.decisions: create it with "regionpilot topics apply"/,
  },
  {
    mistake: 'a journal that is none',
    args: ['replay', write('diary.txt', 'dear diary\n')],
    code: 1,
    line: /diary\.txt line 1 is not of a journal written by "aggregator --journal"/,
  },
  {
    mistake: 'a journal that is a folder',
    args: ['replay', folder],
    code: 2,
    line: /it is a directory/,
  },
  {
    mistake: 'a journal that cannot be written',
    args: ['aggregator', '--file', bus, '--journal', path('no/such/folder.jsonl')],
    code: 2,
    line: /Cannot use .*folder\.jsonl: no such file/,
  },
];

beforeAll(async () => {
  expect(await run(['topics', 'apply', '--file', bus])).toMatchObject({ code: 0 });
  mkdirSync(path('folder'));
});

describe('one clear line for', () => {
  test.each(cases)('$mistake', async ({ args, code, line }) => {
    const ended = await run(args);
    expect(ended.err).toMatch(line);
    expect(ended.err).toMatch(/^regionpilot: /);
    expect(ended.err.trimEnd().split('\n')).toHaveLength(1);
    expect(ended).toMatchObject({ code, out: '' });
  });

  test('a broker that is not there, within seconds', async () => {
    const free = await freePort();
    const startedMs = performance.now();
    const ended = await run(['status', '--brokers', `127.0.0.1:${free}`]);
    expect(ended.code).toBe(3);
    expect(ended.err).toMatch(/^regionpilot: .*127\.0\.0\.1:\d+/);
    expect(ended.err).toMatch(/check the address/);
    expect(ended.err.trimEnd().split('\n')).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
  });

  test('each of the ten mistakes in a config', async () => {
    const { code, err } = await run(['status', '--config', write('ten.yaml', tenMistakes)]);
    const [head, ...lines] = err.trimEnd().split('\n');
    expect(head).toMatch(/ten\.yaml has 10 problems/);
    expect(lines.map((line) => line.trim().split(':')[0]).sort()).toEqual([
      'aggregator.snapshotMs',
      'bus.brokers.0',
      'bus.sasl.mechanism',
      'groups.payments.policy.confirmTicks',
      'groups.payments.regions.0',
      'policy.quorumRatio',
      'policy.stallMs',
      'policy.tickMs',
      'topics.minInsync',
      'topics.replication',
    ]);
    expect(code).toBe(2);
  });

  test('topics that are weaker than configured, each difference named, before anything starts', async () => {
    const { code, err } = await run(['aggregator', '--file', bus, '--event-partitions', '16']);
    expect(code).toBe(4);
    expect(err.trimEnd().split('\n')).toEqual([
      'regionpilot: Topics are weaker than configured, 1 difference: ask for what the cluster can give (--replication, --event-partitions), or run "regionpilot topics apply" [TOPIC_TOO_WEAK]',
      '  regionpilot.events: partitions got 8, wanted at least 16',
    ]);
  });

  test('a stack is shown to whoever asks for it', async () => {
    const { err } = await run(['status'], { REGIONPILOT_DEBUG: '1' });
    expect(err).toMatch(/\n {4}at /);
  });
});

describe.skipIf(brokers.length === 0)('one clear line, on Kafka, for', () => {
  const args = ['--brokers', brokers.join(','), '--prefix', `bad-${process.pid}.`];

  test('missing topics', async () => {
    const status = await run(['status', ...args]);
    expect(status).toMatchObject({ code: 4, out: '' });
    expect(status.err).toMatch(/^regionpilot: No topic bad-\d+\.decisions: create it with/);
    expect(status.err.trimEnd().split('\n')).toHaveLength(1);
    const aggregator = await run(['aggregator', ...args]);
    expect(aggregator.code).toBe(4);
    expect(aggregator.err).toMatch(/bad-\d+\.events: there is no such topic/);
  });

  test('more copies than there are brokers', async () => {
    const { code, err } = await run(['topics', 'apply', '--replication', '3', ...args]);
    expect(code).toBe(4);
    expect(err).toMatch(
      /^regionpilot: Kafka refused to make bad-\d+\.\w+ and 11 more: Replication/,
    );
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('topics with fewer copies than wanted', async () => {
    const weak = ['--replication', '1', '--event-partitions', '2'];
    expect(await run(['topics', 'apply', ...weak, ...args])).toMatchObject({ code: 0 });
    const { code, out } = await run(['topics', 'verify', '--event-partitions', '2', ...args]);
    expect(code).toBe(4);
    expect(out).toMatch(/events +replication +1 +at least 3/);
    const aggregator = await run(['aggregator', '--event-partitions', '2', ...args]);
    expect(aggregator.code).toBe(4);
    expect(aggregator.err).toMatch(/events: replication got 1, wanted at least 3/);
  });
});

describe('a command that is told to stop', () => {
  test('stops cleanly at the first signal', async () => {
    const log = openEmbeddedBus({ file: bus });
    const poison = { key: 'payments', value: Buffer.from('?'), headers: {} };
    await log.publish('regionpilot.incidents', [poison]);
    await log.close();
    const tapping = start(['tap', '--from', 'start', '--file', bus]);
    await printed(tapping, 'cannot be read');
    const watching = start(['status', '--watch', '--file', bus]);
    await printed(watching, 'events lag');
    await printed(watching, 'no group was ever decided');
    expect(await watching.stop()).toMatchObject({ code: 0, err: '' });
    expect(await tapping.stop()).toMatchObject({ code: 0, err: '' });
  });

  test('is content with a reader that leaves early', async () => {
    const watching = start(['status', '--watch', '--every', '200ms', '--file', bus]);
    await printed(watching, 'events lag');
    watching.process.stdout?.destroy();
    expect(await watching.ended).toMatchObject({ code: 0, err: '' });
  });

  test.each([
    '',
    'topics apply',
    'topics verify',
    'aggregator',
    'status',
    'explain',
    'hold set',
    'hold clear',
    'tap',
    'replay',
  ])('helps with examples and exit codes: regionpilot %s', async (name) => {
    const words = name.split(' ').filter((word) => word !== '');
    const { code, out, err } = await run([...words, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Exit codes:');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
