// Other integration tests take containers where an engine answers. That way is walked here on purpose:
// a run of their helpers' own tests and of the bus contract, with containers and nothing else.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { engineEnvironment, serverImage, skipWithoutEngine } from '../../support/stack-engine.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const sample = [
  'test/integration/support/redis.test.ts',
  'test/integration/support/kafka.test.ts',
  'test/integration/bus/kafka-contract.test.ts',
];

/** As a fresh run would find it: what this one found out about servers is not handed on. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const own = /^(VITEST|NODE_ENV|CI$|REGIONPILOT_TEST_)/;
  const rest = Object.entries(engineEnvironment).filter(([name]) => !own.test(name));
  return {
    ...Object.fromEntries(rest),
    NO_COLOR: '1',
    REGIONPILOT_TEST_REDIS_IMAGE: await serverImage('redis'),
    REGIONPILOT_TEST_KAFKA_IMAGE: await serverImage('kafka'),
    // Else asked of the engine's bridge where this machine is itself a container.
    TESTCONTAINERS_HOST_OVERRIDE: 'localhost',
    // The images are here; the one that tidies up after a crash need not be.
    TESTCONTAINERS_RYUK_DISABLED: 'true',
  };
}

test.skipIf(skipWithoutEngine('testcontainers'))(
  'Redis, Kafka and the bus contract hold in containers',
  async () => {
    const words = ['vitest', 'run', '--project', 'integration', ...sample];
    const { stdout, stderr } = await run('npx', words, {
      cwd: root,
      env: await environment(),
      maxBuffer: 50e6,
    });
    expect(stderr).toContain('Redis for the integration tests: containers');
    expect(stderr).toMatch(/Kafka for the integration tests: .* \(testcontainers\)/);
    expect(stdout).toMatch(/Test Files +3 passed \(3\)/);
    expect(stdout).not.toMatch(/skipped/);
  },
  300_000,
);
