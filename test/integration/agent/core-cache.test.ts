import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Decision } from '@regionpilot/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decision } from '../../unit/agent/build.ts';
import { groups, openLog, scratchFolder, startAgent, until } from './core-support.ts';

const nowhere = { kind: 'kafka', brokers: ['127.0.0.1:1'] } as const;
const toUs = { admit: { eu: 0, us: 10_000 } };

async function serve(body: string): Promise<string> {
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/decisions`;
}

function fileWith(content: string | readonly Decision[]): string {
  const file = join(scratchFolder(), 'decisions.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('a start without the log', () => {
  test('goes where the last run was told to, from the first command on', async () => {
    const cacheFile = join(scratchFolder(), 'decisions.json');
    const { bus, decide } = await openLog();
    const first = startAgent({ groups, cacheFile }, bus);
    await decide(decision({ epoch: 7, ...toUs }));
    await until('moved', () => first.agent.route('cache').current.region === 'us');
    await first.agent.close();

    const second = startAgent({ groups, cacheFile, bus: nowhere });
    expect(second.agent.route('cache').current).toMatchObject({
      region: 'us',
      source: 'cache',
      version: { term: 1, epoch: 7 },
    });
    await second.agent.ready();
  });

  test('waits no longer than it is allowed to', async () => {
    const { agent } = startAgent({ groups, bus: nowhere, readyMs: 50 });
    const beganMs = performance.now();
    await agent.ready();
    expect(performance.now() - beganMs).toBeLessThan(1_500);
    expect(agent.route('cache').current).toMatchObject({ region: 'eu', source: 'default' });
  });

  test.each([
    ['half written', JSON.stringify([decision()]).slice(0, 40)],
    ['empty', ''],
    ['hostile', '[{"v":1,"group":"__proto__"}]'],
  ])('a cache that is %s is complained of and ignored', (_name, content) => {
    const { agent, said } = startAgent({ groups, cacheFile: fileWith(content), bus: nowhere });
    expect(said('cacheUnusable')).toBe(1);
    expect(agent.route('cache').current.source).toBe('default');
  });

  test('an old backup never overrides a newer cache, and a newer one does', () => {
    const cacheFile = fileWith([decision({ epoch: 5, ...toUs })]);
    const old = startAgent({
      groups,
      cacheFile,
      bootstrap: { file: fileWith([decision({ epoch: 4 })]) },
      bus: nowhere,
    });
    expect(old.agent.route('cache').current).toMatchObject({ region: 'us', source: 'cache' });
    const newer = startAgent({
      groups,
      cacheFile,
      bootstrap: { file: fileWith([decision({ epoch: 6 })]) },
      bus: nowhere,
    });
    expect(newer.agent.route('cache').current).toMatchObject({ region: 'eu', source: 'bootstrap' });
  });

  test('takes decisions from a URL when one answers in time', async () => {
    const http = await serve(JSON.stringify([decision({ epoch: 6, ...toUs })]));
    const { agent } = startAgent({ groups, bootstrap: { http }, bus: nowhere });
    await agent.ready();
    expect(agent.route('cache').current).toMatchObject({ region: 'us', source: 'bootstrap' });
  });

  test('survives a URL that answers nonsense, and one that never answers', async () => {
    const nonsense = startAgent({
      groups,
      bootstrap: { http: await serve('<html>') },
      bus: nowhere,
    });
    await until('complained', () => nonsense.said('bootstrapUnusable') === 1);
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const http = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const waiting = startAgent({ groups, bootstrap: { http }, bus: nowhere });
    await until('gave up', () => waiting.said('bootstrapUnusable') === 1);
  });
});

test('the log wins over the cache, and the cache holds what the log said last', async () => {
  const cacheFile = fileWith([decision({ epoch: 2, ...toUs })]);
  const { bus, decide } = await openLog();
  const { agent } = startAgent({ groups, cacheFile }, bus);
  expect(agent.route('cache').current.region).toBe('us');
  await decide(decision({ epoch: 1, ...toUs }));
  await decide(decision({ epoch: 3 }));
  await until('moved', () => agent.route('cache').current.region === 'eu');
  await agent.close();
  expect(JSON.parse(readFileSync(cacheFile, 'utf8'))).toMatchObject([{ epoch: 3 }]);
});

test('a cache that cannot be written is complained of, and routing goes on', async () => {
  const { bus, decide } = await openLog();
  const cacheFile = join(scratchFolder(), 'no', 'such', 'folder', 'decisions.json');
  const { agent, said } = startAgent({ groups, cacheFile }, bus);
  await decide(decision({ epoch: 3, ...toUs }));
  await until('complained', () => said('cacheUnusable') === 1);
  expect(agent.route('cache').current.region).toBe('us');
});
