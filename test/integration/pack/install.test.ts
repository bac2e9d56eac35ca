// What other people's processes load: the packed tarballs, installed into an empty project, on every
// Node they may have, following a decision on a real Kafka.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { encodeRecord, envelope, topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { decision } from '../../support/decisions.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const brokers = inject('kafkaBrokers');
const prefix = 'packed.';
const projects: string[] = [];

const program = `
import { createAgent, createRegionalRedis } from '@regionpilot/agent';
const agent = createAgent({
  client: 'packed', home: 'eu', domain: 'd', topicPrefix: '${prefix}', readyMs: 20000,
  bus: { kind: 'kafka', brokers: process.argv.slice(2), clientId: 'packed' },
  groups: { payments: { regions: ['eu', 'us'] } },
});
await agent.ready();
const { region, version, source } = agent.route('payments').current;
console.log(JSON.stringify({ node: process.version, region, version, source, redis: typeof createRegionalRedis }));
await agent.close();
process.exit(0);
`;

const typed = `
import { type Agent, createAgent, type RouteSnapshot } from '@regionpilot/agent';
import type { Decision } from '@regionpilot/protocol';
const agent: Agent = createAgent({ groups: { payments: { regions: ['eu'] } }, bus: { kind: 'kafka', brokers: ['a:1'], clientId: 'x' } });
export const route: RouteSnapshot = agent.route('payments').current;
export const held: Decision | null = null;
`;

async function project(packages: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'regionpilot-pack-'));
  projects.push(folder);
  const tarballs = (await readdir(join(root, 'build/pack'))).map((file) =>
    join(root, 'build/pack', file),
  );
  const manifest = { private: true, type: 'module', allowScripts: { node: true } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'program.js'), program);
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', ...tarballs, 'ioredis@6.0.0', ...packages],
    {
      cwd: folder,
    },
  );
  return folder;
}

beforeAll(async () => {
  await run(process.execPath, [join(root, '.ci/pack.ts')], { cwd: root });
  const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'pack-test' });
  const trial = { ...topicDefaults, prefix, replication: 1, minInsyncReplicas: 1 };
  await bus.applyTopics(topicCatalogue(trial));
  const value = encodeRecord(
    decision({ group: 'payments', epoch: 7, admit: { eu: 0, us: 10_000 } }),
  );
  const headers = envelope({ kind: 'decision', id: 'd', source: '/test', atMs: 0 });
  await bus.publish(`${prefix}decisions`, [{ key: 'payments', value, headers }]);
  await bus.close();
});

afterAll(() => Promise.all(projects.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('the packed agent in an empty project', () => {
  test.each(['20', '22', '24'])('follows a decision on Node %s', async (major) => {
    const folder = await project([`node@${major}`]);
    const node = join(folder, 'node_modules/node/bin/node');
    const { stdout } = await run(node, ['program.js', ...brokers], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      node: expect.stringMatching(new RegExp(`^v${major}\\.`)),
      region: 'us',
      version: { term: 1, epoch: 7 },
      source: 'log',
      redis: 'function',
    });
  });

  test('brings types that check without skipping a library', async () => {
    const folder = await project(['typescript@7.0.2', '@types/node@24.19.2']);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      noEmit: true,
      types: ['node'],
    };
    await writeFile(join(folder, 'typed.ts'), typed);
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['typed.ts'] }),
    );
    await expect(run('npx', ['tsc', '-p', '.'], { cwd: folder })).resolves.toMatchObject({
      stdout: '',
    });
  });
});
