// The Docker engine of the tests that are about containers, and the images they run on it. Apart from
// `docker.ts`, which asks whether other tests may use containers: `.ci/engine` starts an engine for
// these alone.

import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { composeFile } from './compose-file.ts';
import { mayFetch } from './once-per-run.ts';
import { importStandIn } from './stand-in-images/import.ts';
import { kafkaStandIn } from './stand-in-images/kafka.ts';
import { nodeStandIn } from './stand-in-images/node.ts';
import { redisStandIn } from './stand-in-images/redis.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const answerWithinMs = 20_000;
const regionpilotImage = 'regionpilot-test/regionpilot:built';

const address = process.env['REGIONPILOT_TEST_ENGINE'];

/** For `docker` and whoever else looks for an engine there. */
export const engineEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  ...(address === undefined ? {} : { DOCKER_HOST: address }),
};

/** `stand-in`: made here of this machine's programs, nothing is pulled. Set by `.ci/engine`. */
const standsIn = process.env['REGIONPILOT_TEST_IMAGES'] === 'stand-in';

/** Why there is no engine with Compose for these tests, or null. */
export function missingEngine(): string | null {
  if (!standsIn && !mayFetch()) return 'images cannot be pulled (REGIONPILOT_TEST_FETCH=never)';
  for (const words of [['version'], ['compose', 'version']]) {
    const options = { env: engineEnvironment, timeout: answerWithinMs, encoding: 'utf8' } as const;
    const { status, stderr, error } = spawnSync('docker', words, options);
    if (status === 0) continue;
    const said = error?.message ?? stderr.trim().split('\n').at(-1);
    return `docker ${words.join(' ')}: ${said} (.ci/engine COMMAND starts an engine for a command)`;
  }
  return null;
}

/**
 * Says loudly that a suite is skipped for want of an engine, and answers whether to skip it.
 * @throws {Error} under `CI=true`, where a skip would be a lie.
 */
export function skipWithoutEngine(suite: string): boolean {
  const reason = missingEngine();
  if (reason === null) return false;
  if (process.env['CI'] === 'true') throw new Error(`${suite}: ${reason}`);
  console.warn(`SKIPPED ${suite}: ${reason}`);
  return true;
}

/** Makes the stand-in where one is wanted, else leaves the pulling to the engine. */
export async function serverImage(name: 'kafka' | 'redis'): Promise<string> {
  if (!standsIn)
    return composeFile().services[name === 'kafka' ? name : 'redis-eu-west']?.image ?? '';
  const standIn = name === 'kafka' ? await kafkaStandIn() : redisStandIn();
  return importStandIn(standIn, engineEnvironment);
}

/** Variables of the compose file → what they are here. */
export type StackImages = Readonly<
  Record<'KAFKA_IMAGE' | 'REDIS_IMAGE' | 'REGIONPILOT_IMAGE', string>
>;

/** What the stack needs, the product's image built from this checkout. Half a minute where all is new. */
export async function stackImages(): Promise<StackImages> {
  return {
    KAFKA_IMAGE: await serverImage('kafka'),
    REDIS_IMAGE: await serverImage('redis'),
    REGIONPILOT_IMAGE: await builtImage(),
  };
}

/** Builds the product's image by its Dockerfile. A stand-in reaches the package registry as we do. */
async function builtImage(): Promise<string> {
  const base = standsIn
    ? [
        '--network',
        'host',
        '--build-arg',
        `NODE_IMAGE=${await importStandIn(nodeStandIn(), engineEnvironment)}`,
      ]
    : [];
  await run('docker', ['build', ...base, '-t', regionpilotImage, '.'], {
    cwd: root,
    env: engineEnvironment,
    maxBuffer: 50e6,
  });
  return regionpilotImage;
}
