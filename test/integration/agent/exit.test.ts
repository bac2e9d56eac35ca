// The agent alone keeps no process running, whatever its log is doing.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import { describe, expect, inject, test } from 'vitest';

const run = promisify(execFile);
const brokers = inject('kafkaBrokers');
const prefix = 'exit.';
const root = fileURLToPath(new URL('../../../', import.meta.url));

const host = (address: string, waitMs: number): string => `
  import { createAgent } from '@regionpilot/agent';
  const agent = createAgent({
    client: 'short', home: 'eu', topicPrefix: '${prefix}', readyMs: ${waitMs},
    bus: { kind: 'kafka', brokers: ['${address}'], clientId: 'short' },
    groups: { payments: { regions: ['eu', 'us'] } },
  });
  agent.track({ group: 'payments', region: 'eu', target: 'eu:1' }).ready();
  await agent.ready();
  console.log('work done');
`;

async function ends(address: string): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '-e', host(address, 1_500)],
    {
      cwd: root,
      timeout: 30_000,
    },
  );
  return stdout.trim();
}

describe.skipIf(brokers.length === 0)('a host whose work is done', () => {
  test('ends by itself while its agent follows a living log', async () => {
    const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'exit-test' });
    await bus.applyTopics(
      topicCatalogue({ ...topicDefaults, prefix, replication: 1, minInsyncReplicas: 1 }),
    );
    await bus.close();
    expect(await ends(brokers[0] ?? '')).toBe('work done');
  });

  test('ends by itself while its agent looks for a log that is away', async () => {
    expect(await ends('127.0.0.1:1')).toBe('work done');
  });
});
