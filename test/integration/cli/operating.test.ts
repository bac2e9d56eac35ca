// What an operator asks of a deployment that lives, and of one whose log is gone: doctor, top, JSON of
// the promised shapes, and a bundle without a secret.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { encodeRecord, envelope, type Override, problemsOf } from '@regionpilot/protocol';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { errorSchema, schemaOf } from '../../../cli/schemas.ts';
import { eventually } from '../../support/eventually.ts';
import { Fleet } from './fleet.ts';
import { type Ended, printed, type Running, run, start } from './run.ts';

const brokers = inject('kafkaBrokers');
const folder = mkdtempSync(join(tmpdir(), 'regionpilot-operating-'));
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};
const prefix = `operating-${process.pid}.`;
const strength = ['--replication', '1', '--event-partitions', '2'];

type World = { readonly name: string; readonly args: readonly string[]; readonly open: () => Bus };

const worlds: readonly World[] = [
  {
    name: 'embedded',
    args: ['--file', at('bus.sqlite')],
    open: () => openEmbeddedBus({ file: at('bus.sqlite') }),
  },
  {
    name: 'kafka',
    args: ['--brokers', brokers.join(',')],
    open: () => openKafkaBus({ kind: 'kafka', brokers, clientId: 'cli-test' }),
  },
];

function shapeOf(command: string, document: unknown): readonly unknown[] {
  return problemsOf(schemaOf(command) ?? {}, document);
}

describe.each(worlds.filter(({ name }) => name === 'embedded' || brokers.length > 0))(
  'a deployment that lives on the $name bus',
  ({ args: where, open }) => {
    const args = [...where, '--prefix', prefix];
    let bus: Bus;
    let fleet: Fleet;
    let aggregator: Running;
    const command = (...words: readonly string[]): Promise<Ended> => run([...words, ...args]);

    beforeAll(async () => {
      expect(await command('topics', 'apply', ...strength)).toMatchObject({ code: 0 });
      aggregator = start(['aggregator', ...strength, ...args]);
      bus = open();
      fleet = new Fleet(bus, prefix);
      await printed(aggregator, '"event":"started"');
    });

    afterAll(async () => {
      await fleet?.stop();
      await bus?.close();
      await aggregator?.stop();
    });

    test('doctor is content, waits until it is, and says what it saw', async () => {
      const { code, out } = await command('doctor', ...strength, '--wait', '1m', '--json');
      const report = JSON.parse(out);
      expect(report.findings.filter(({ level }: { level: string }) => level === 'failed')).toEqual(
        [],
      );
      expect(code).toBe(0);
      expect(shapeOf('doctor', report)).toEqual([]);
      const seen = report.findings.find(({ id }: { id: string }) => id === 'agents.seen');
      expect(seen).toMatchObject({
        level: 'ok',
        detail: expect.stringContaining('payments: 12 of 12'),
      });
    });

    test('doctor finds topics weaker than asked for, and fails', async () => {
      const { code, out } = await command('doctor', '--replication', '1', '--category', 'topics');
      expect(code).toBe(1);
      expect(out).toContain(`${prefix}events: partitions got 2, wanted at least 8`);
      expect(out).toContain('hint: regionpilot topics apply');
    });

    test('top shows traffic, latency-free fleets included, and ends after one look', async () => {
      await eventually(async () => {
        const { code, out } = await command('top', '--once', '--json');
        expect(code).toBe(0);
        const frame = JSON.parse(out);
        expect(shapeOf('top', frame)).toEqual([]);
        expect(frame.rows).toMatchObject([
          { group: 'payments', region: 'eu', clients: 12, errorRatio: 0, convergence: 1 },
          { group: 'payments', region: 'us', clients: 12, errorRatio: 0, convergence: 1 },
        ]);
        expect(frame.rows[0].opsPerSecond).toBeGreaterThan(100);
      }, 60_000);
      expect((await command('top', '--once', '--sort', 'ops')).out).toMatch(
        /payments +eu +healthy/,
      );
    });

    test('every look keeps the shape it promises', async () => {
      const looks = [
        ['status'],
        ['explain', 'payments'],
        ['topics', 'verify', ...strength],
        ['topics', 'apply', ...strength],
        ['hold', 'set', 'payments', '--avoid', 'us', '--for', '1s', '--reason', 'a test'],
        ['hold', 'clear', 'payments', '--reason', 'a test'],
        ['replay', '--from', '-10m'],
        ['alerts', 'list'],
        ['alerts', 'silences'],
        ['alerts', 'silence', 'region=eu', '--for', '1m', '--reason', 'a test', '--dry-run'],
        ['config', 'explain', ...strength],
      ];
      for (const words of looks) {
        const { out, err } = await command(...words, '--json');
        const [name] = Object.keys(documents(words));
        expect(shapeOf(name ?? '', JSON.parse(out)), `${words.join(' ')}: ${err}`).toEqual([]);
      }
      const tapped = await command(
        'tap',
        '--no-follow',
        '--from',
        'start',
        '--limit',
        '20',
        '--json',
      );
      for (const line of tapped.out.trim().split('\n')) {
        expect(shapeOf('tap', JSON.parse(line))).toEqual([]);
      }
    });

    test('a bundle holds what it says, and none of the secrets planted everywhere', async () => {
      const planted = 'planted-Zx81';
      const group = 'payments';
      const order: Override = {
        v: 1,
        group,
        atMs: Date.now(),
        author: 'dana',
        reason: `password=${planted} see https://ann:${planted}@wiki/x and \u001b]0;owned\u0007`,
        expiresMs: Date.now() + 60_000,
        hold: null,
        automation: 'enforce',
        overrideRules: [],
      };
      const headers = envelope({ kind: 'override', id: 'x', source: '/test', atMs: 1 });
      const record = { key: group, value: encodeRecord(order), headers };
      await bus.publish(`${prefix}overrides`, [record]);
      const secretFile = write(`secret-${Math.random()}`, `${planted}\n`);
      const config = write(
        `config-${Math.random()}.yaml`,
        `api: { oidc: { issuer: "https://u:${planted}@idp/", audience: x, scopes: { a: viewer } } }\n` +
          `doctor: { redisPasswordFile: ${secretFile} }\n`,
      );
      const metrics = await serve(`# HELP x ${planted}\nx{url="http://h/?token=${planted}"} 1\n`);
      const output = at(`bundle-${Math.random()}.tar.gz`);
      const { code, out } = await run(
        [
          ...['support-bundle', ...strength, ...args, '--config', config, '--output', output],
          ...['--metrics-url', metrics.url, '--json'],
        ],
        { DATABASE_PASSWORD: planted, HARMLESS: `token=${planted}` },
      );
      metrics.server.close();
      expect(code).toBe(0);
      const report = JSON.parse(out);
      expect(shapeOf('support-bundle', report)).toEqual([]);
      expect(report.missing).toEqual([]);

      const folder = at(`unpacked-${Math.random()}`);
      mkdirSync(folder);
      execFileSync('tar', ['xzf', output, '-C', folder]);
      const inside = join(folder, 'regionpilot-support');
      const names = readdirSync(inside).sort();
      const listed = report.files.map(({ name }: { name: string }) => name);
      expect(names).toEqual(['manifest.json', ...listed].sort());
      for (const name of names) {
        const text = readFileSync(join(inside, name), 'utf8');
        expect(text, name).not.toContain(planted);
        expect(text, name).not.toContain('\u001b');
      }
      const manifest = JSON.parse(readFileSync(join(inside, 'manifest.json'), 'utf8'));
      for (const { name, sha256 } of manifest.files) {
        const bytes = readFileSync(join(inside, name));
        expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(sha256);
      }
      expect(readFileSync(join(inside, 'environment.json'), 'utf8')).toContain('DATABASE_PASSWORD');
      expect(readFileSync(join(inside, 'overrides.json'), 'utf8')).toContain('password=***');
      const again = await run(['support-bundle', ...args, '--output', output]);
      expect(again).toMatchObject({
        code: 2,
        err: expect.stringContaining('there is one already'),
      });
    });
  },
);

/** The longest name of a command the words begin with. */
function documents(words: readonly string[]): Readonly<Record<string, true>> {
  const names = [3, 2, 1].map((length) => words.slice(0, length).join(' '));
  const name = names.find((each) => schemaOf(each) !== null);
  return name === undefined ? {} : { [name]: true };
}

async function serve(body: string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const head = `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
      socket.end(`${head}\r\n\r\n${body}`);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { readonly port: number };
  return { url: `http://127.0.0.1:${port}/metrics`, server };
}

describe('a deployment whose log is gone', () => {
  const deaf: Server[] = [];
  let silent = '';

  beforeAll(async () => {
    // Takes connections and never answers: the worst kind of dead.
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    deaf.push(server);
    silent = `127.0.0.1:${(server.address() as { readonly port: number }).port}`;
  });
  afterAll(() => {
    for (const server of deaf) server.close();
  });

  test('doctor says so within its fifteen seconds, and asks the rest all the same', async () => {
    const config = write('dead.yaml', `bus: { kind: kafka, brokers: ["${silent}"] }`);
    const redis = ['--redis', `eu=${silent}`, '--cache-file', at('cache.json')];
    const { code, out } = await run(['doctor', '--config', config, ...redis, '--json']);
    const report = JSON.parse(out);
    expect(code).toBe(1);
    expect(report.tookMs).toBeLessThan(15_000);
    const level = (id: string) =>
      report.findings.find((each: { id: string }) => each.id === id).level;
    expect(level('bus.brokers')).toBe('failed');
    expect(level('topics.guarantees')).toBe('skipped');
    expect(level('redis.eu')).toBe('failed');
    expect(level('disk.cache')).toBe('ok');
  });

  test('a broken config is one failure with every problem in it', async () => {
    const config = write('broken.yaml', 'policy: { stalMs: 5, tickMs: 1 }\ntopicz: {}');
    const { code, out } = await run(['doctor', '--config', config]);
    expect(code).toBe(1);
    expect(out).toContain('× the configuration is valid');
    expect(out).toContain('did you mean stallMs?');
    expect(out).toContain('did you mean topics?');
  });

  test('JSON that fails is still one document', async () => {
    const { code, out } = await run(['status', '--brokers', '127.0.0.1:1', '--json']);
    expect(problemsOf(errorSchema, JSON.parse(out))).toEqual([]);
    expect(code).toBe(3);
  });

  test('a bundle is made all the same, and says what is missing', async () => {
    const output = at('dead.tar.gz');
    const args = ['--file', at('nowhere.sqlite'), '--output', output, '--json'];
    const { code, out } = await run(['support-bundle', ...args]);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.files.map(({ name }: { name: string }) => name)).toContain('doctor.json');
    expect(report.missing).toHaveLength(7);
  });
});

test('a context is kept, used, overruled by a flag, and forgotten', async () => {
  const env = { HOME: folder };
  const bus = at('context.sqlite');
  await run(['topics', 'apply', '--file', bus, ...strength]);
  expect(await run(['context', 'set', 'here', '--file', bus, '--use'], env)).toMatchObject({
    code: 0,
  });
  for (const words of [['list'], ['show'], ['show', 'here']]) {
    const { out } = await run(['context', ...words, '--json'], env);
    expect(shapeOf(`context ${words[0]}`, JSON.parse(out))).toEqual([]);
  }
  expect(await run(['status'], env)).toMatchObject({ code: 0 });
  const overruled = await run(['status', '--file', at('nowhere.sqlite')], env);
  expect(overruled).toMatchObject({ code: 3, err: expect.stringContaining('nowhere.sqlite') });
  const misspelt = await run(['status', '--context', 'hre'], env);
  expect(misspelt).toMatchObject({ code: 2, err: expect.stringContaining('did you mean here?') });
  expect(await run(['context', 'delete', 'here'], env)).toMatchObject({ code: 0 });
  expect((await run(['status'], env)).code).toBe(2);
});
