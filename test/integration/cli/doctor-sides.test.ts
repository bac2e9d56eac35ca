// What doctor asks beside the log: real Redis servers, real certificates, tokens, and a log that is
// gone while only one thing was asked for.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'regionpilot-doctor-'));
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

type Found = { readonly id: string; readonly level: string; readonly detail: string };

async function findings(...words: readonly string[]) {
  const { code, out } = await run(['doctor', '--json', ...words]);
  const found: readonly Found[] = JSON.parse(out).findings;
  return { code, of: (id: string) => found.find((each) => each.id === id) };
}

describe.skipIf(skipWithoutRedis('doctor asks Redis'))('Redis regions', () => {
  let locked: RedisServer;
  let open: RedisServer;
  beforeAll(async () => {
    [locked, open] = await Promise.all([
      startRedis({ args: ['--requirepass', 'planted-password'] }),
      startRedis(),
    ]);
  });
  afterAll(async () => {
    await Promise.all([locked?.stop(), open?.stop()]);
  });

  test('a server behind a password is told from one that is open, and both from one that is frozen', async () => {
    const named = [
      ...['--brokers', '127.0.0.1:1', '--category', 'redis'],
      ...['--redis', `eu=${locked.host}:${locked.port}`, '--redis', `us=${open.host}:${open.port}`],
    ];
    const without = await findings(...named);
    expect(without.of('redis.eu')).toMatchObject({
      level: 'warning',
      detail: expect.stringMatching(/wants a password/),
    });
    expect(without.of('redis.us')).toMatchObject({
      level: 'ok',
      detail: expect.stringMatching(/master/),
    });
    const file = write('password', 'planted-password\n');
    const known = await findings(...named, '--redis-password-file', file);
    expect([known.of('redis.eu')?.level, known.of('redis.us')?.level]).toEqual(['ok', 'ok']);
    await open.freeze();
    const frozen = await findings(...named);
    await open.thaw();
    expect(frozen.of('redis.us')).toMatchObject({
      level: 'failed',
      detail: expect.stringMatching(/no answer within 3s/),
    });
    expect(frozen.code).toBe(1);
  });
});

test('certificates and tokens near their end are said, unreadable ones fail', async () => {
  const days = (count: number, name: string): string => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
    const about = ['-days', String(count), '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...about], {
      stdio: 'ignore',
    });
    return at(`${name}.pem`);
  };
  const tokens = { tokens: [{ id: 'a', name: 'ann', expiresMs: Date.now() + 86_400_000 }] };
  const config = write(
    'pilot.yaml',
    JSON.stringify({
      bus: {
        kind: 'kafka',
        brokers: ['127.0.0.1:1'],
        tls: { caFile: days(365, 'ca'), certFile: days(5, 'own'), keyFile: at('own.key') },
      },
      api: { tokensFile: write('tokens.json', JSON.stringify(tokens)) },
    }),
  );
  const { code, of } = await findings('--config', config, '--category', 'expiry');
  expect(code).toBe(0);
  expect(of('expiry.bus.tls.caFile')).toMatchObject({
    level: 'ok',
    detail: expect.stringMatching(/CN=ca ends in 36\dd/),
  });
  expect(of('expiry.bus.tls.certFile')).toMatchObject({
    level: 'warning',
    detail: expect.stringMatching(/CN=own ends in/),
  });
  expect(of('expiry.bus.tls.keyFile')?.level).toBe('ok');
  expect(of('expiry.tokens')).toMatchObject({
    level: 'warning',
    detail: expect.stringMatching(/^ann ends in/),
  });
  writeFileSync(at('own.key'), 'no key');
  const broken = await findings('--config', config, '--category', 'expiry');
  expect(broken.of('expiry.bus.tls.keyFile')?.level).toBe('failed');
  expect(broken.code).toBe(1);
});

test('asked only for topics, a log out of reach still fails', async () => {
  const { code, of } = await findings('--brokers', '127.0.0.1:1', '--category', 'topics');
  expect(code).toBe(1);
  expect(of('bus.brokers')).toMatchObject({
    level: 'failed',
    detail: expect.stringMatching(/nothing listens there/),
  });
});
