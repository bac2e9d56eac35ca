import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const support = join(import.meta.dirname, '../../support');

/** What the helpers say and do on a poorer machine: a child process that finds no more than we show. */
describe('a machine without containers', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'regionpilot-poor-'));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  /** An engine of this machine has no such image and may not fetch it. */
  const poor = {
    REGIONPILOT_TEST_FETCH: 'never',
    REGIONPILOT_TEST_REDIS_IMAGE: 'regionpilot.invalid/redis:none',
    REGIONPILOT_TEST_KAFKA_IMAGE: 'regionpilot.invalid/kafka:none',
  };

  async function saysThere(script: string, env: Record<string, string> = {}) {
    const node = [process.execPath, ['--input-type=module', '-e', script]] as const;
    const { stdout, stderr } = await run(...node, { env: { PATH: path, ...poor, ...env } });
    return { out: stdout.trim(), err: stderr };
  }

  const skipping = `
    import { skipWithoutRedis } from '${support}/redis.ts';
    console.log(skipWithoutRedis('a suite'));`;

  function program(name: string, script: string): void {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Installs a redis-server that knows its version, once its lists are up to date. */
  function packageManager(): () => string {
    const said = join(path, 'said');
    program('hidden', 'echo v=7');
    program(
      'apt-get',
      `echo "$*" >> ${said}
       case "$1" in
         update) : > ${path}/updated;;
         install) [ -e ${path}/updated ] && /bin/cp -p ${path}/hidden ${path}/redis-server;;
       esac`,
    );
    return () => (existsSync(said) ? readFileSync(said, 'utf8') : '');
  }

  test('a suite on Redis is skipped loudly, with the cure', async () => {
    const { out, err } = await saysThere(skipping);
    expect(out).toBe('true');
    expect(err).toContain('SKIPPED a suite: redis-server is not on PATH: install it');
  });

  test('under CI that skip is a failure', async () => {
    await expect(saysThere(skipping, { CI: 'true' })).rejects.toThrow('a suite: redis-server');
  });

  test('a redis-server on PATH is taken', async () => {
    program('redis-server', 'echo v=7');
    expect(await saysThere(skipping)).toEqual({ out: 'false', err: expect.any(String) });
  });

  test('root has apt-get install it and is told how to forbid it; nobody else does', async () => {
    const calls = packageManager();
    const { out, err } = await saysThere(skipping, { REGIONPILOT_TEST_FETCH: 'yes' });
    const root = process.getuid?.() === 0;
    expect(out).toBe(String(!root));
    expect(/^install .*redis-server$/m.test(calls())).toBe(root);
    const told =
      'Installing redis-server by apt-get (once; REGIONPILOT_TEST_FETCH=never forbids it)';
    expect(err.includes(told)).toBe(root);
  });

  test('forbidden to fetch, nobody asks apt-get for anything', async () => {
    const calls = packageManager();
    expect((await saysThere(skipping)).out).toBe('true');
    expect(calls()).toBe('');
  });

  test('what was found out is not asked again by the children of the run', async () => {
    program('redis-server', 'echo v=7');
    const { out } = await saysThere(skipping, { REGIONPILOT_TEST_REDIS: 'none' });
    expect(out).toBe('true');
  });

  test('an answer nobody knows is refused', async () => {
    await expect(saysThere(skipping, { REGIONPILOT_TEST_REDIS: 'podman' })).rejects.toThrow(
      "REGIONPILOT_TEST_REDIS is 'podman', expected one of containers, local, none",
    );
  });

  test('without Java there is no Kafka, and the error says what is missing', async () => {
    const { out } = await saysThere(`
      import { KafkaUnavailable, startKafka } from '${support}/kafka.ts';
      const error = await startKafka().catch((error) => error);
      console.log(error instanceof KafkaUnavailable, error.message);`);
    expect(out).toBe('true No Kafka here: no container can run, and no java (ENOENT)');
  });
});
