import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError, type Problem } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { createAgent } from '../../../agent/index.ts';
import { decision } from '../../unit/agent/build.ts';
import { openLog, scratchFolder, startAgent, until } from './core-support.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const memory = { kind: 'embedded', file: ':memory:' } as const;

describe('a config the agent cannot start with', () => {
  test('is refused with every mistake named, and nothing is started', () => {
    const wrong = { bus: memory, flushMs: 1, stallMs: 1, groups: { cache: { regions: [] } } };
    const refusal = thrownBy(() => createAgent(wrong));
    expect(refusal).toBeInstanceOf(PipelineError);
    const { code, details } = refusal as PipelineError;
    expect(code).toBe('CONFIG_INVALID');
    const problems = details['problems'] as readonly Problem[];
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'flushMs',
      'groups.cache.regions',
      'stallMs',
    ]);
  });

  test('a file that is not there, or is no YAML, is one clear error', () => {
    const file = join(scratchFolder(), 'agent.yaml');
    expect(() => createAgent(file)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
    writeFileSync(file, 'groups: {cache: [');
    expect(() => createAgent(file)).toThrow(PipelineError);
    expect(() => createAgent(file)).toThrow(/wanted readable YAML or JSON in/);
  });
});

const yaml = (lines: string): string => `
bus: { kind: embedded, file: ':memory:' }
client: checkout-7
groups:
  cache:
    regions: [eu, us]
${lines}`;

describe('a config file', () => {
  test('is followed: a good change is taken, a bad one is not, as a whole', async () => {
    const { bus } = await openLog();
    const file = join(scratchFolder(), 'agent.yaml');
    writeFileSync(file, yaml('    holdMs: 700'));
    const { agent, events, said } = startAgent(file, bus);
    expect(agent.settings('cache').holdMs).toBe(700);

    writeFileSync(file, yaml('    holdMs: 800\n    drainMs: soon'));
    await until('rejected', () => said('configRejected') === 1);
    expect(agent.settings('cache').holdMs).toBe(700);
    expect(events.find(({ kind }) => kind === 'configRejected')).toMatchObject({
      problems: [{ path: 'groups.cache.drainMs', value: '"soon"' }],
    });

    const next = `${file}.next`;
    writeFileSync(next, yaml('    holdMs: 900'));
    renameSync(next, file);
    await until('taken', () => agent.settings('cache').holdMs === 900);
  });

  test('that renames the running client is rejected', async () => {
    const { bus } = await openLog();
    const groups = { cache: { regions: ['eu', 'us'], holdMs: 700 } };
    const { agent } = startAgent({ client: 'a', groups }, bus);
    const renamed = { client: 'b', groups: { cache: { ...groups.cache, holdMs: 800 } } };
    expect(agent.reload(renamed)).toEqual([
      { path: 'client', value: '"b"', expected: '"a" until the process restarts' },
    ]);
    expect(agent.settings('cache').holdMs).toBe(700);
  });
});

test('ten thousand commands in flight through a thousand reloads: no command mixes two configs', async () => {
  const { bus } = await openLog();
  const configs = [
    { groups: { cache: { regions: ['eu', 'us'], holdMs: 111, drainMs: 111 } } },
    { groups: { cache: { regions: ['us', 'eu'], holdMs: 222, drainMs: 222 } } },
  ];
  const { agent } = startAgent({ ...configs[0], home: 'asia' }, bus);
  const seen = new Set<string>();
  const command = async (): Promise<void> => {
    const settings = agent.settings('cache');
    await new Promise((resolve) => setImmediate(resolve));
    const first = settings.holdMs;
    await new Promise((resolve) => setImmediate(resolve));
    seen.add(`${first} ${settings.drainMs} ${settings.regions.join()}`);
  };
  const commands: Promise<void>[] = [];
  for (let i = 0; i < 10_000; i++) {
    if (i % 10 === 0) {
      expect(agent.reload({ ...configs[(i / 10) % 2], home: 'asia' })).toEqual([]);
    }
    commands.push(command());
  }
  await Promise.all(commands);
  expect([...seen].sort()).toEqual(['111 111 eu,us', '222 222 us,eu']);
});

test('a group a reload adds is followed from its last decision on', async () => {
  const { bus, decide } = await openLog();
  await decide(decision({ group: 'queue', epoch: 3, admit: { eu: 0, us: 10_000 } }));
  const cache = { regions: ['eu', 'us'] };
  const { agent } = startAgent({ groups: { cache } }, bus);
  await until('following', () => agent.status().decisions.state === 'following');
  expect(agent.reload({ groups: { cache, queue: { regions: ['eu', 'us'] } } })).toEqual([]);
  await until('followed', () => agent.route('queue').current.region === 'us');
});
