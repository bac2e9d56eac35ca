// Whether servers can run as containers here. The usual machine without an engine learns that from
// a few paths that do not exist; testcontainers, 0.4 s to load, is loaded only where one may answer.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { howToForbid, mayFetch } from './once-per-run.ts';

const answerWithinMs = 5_000;
const loopback = ['localhost', '127.0.0.1', '::1'];

let answer: Promise<boolean> | undefined;

/** Whether a Docker engine answers whose published ports are on our loopback. Asked once per process. */
export function dockerAnswers(): Promise<boolean> {
  answer ??= leavesTraces() ? ask() : Promise.resolve(false);
  return answer;
}

/**
 * Whether containers of `image` can run here; pulls it when it is missing. Says why not, since a
 * machine with an engine and without the image goes on with servers of its own.
 */
export async function canRun(image: string): Promise<boolean> {
  if (!(await dockerAnswers())) return false;
  try {
    await prepare(image);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`A Docker engine answers, but not for ${image}: ${reason}. Doing without it.`);
    return false;
  }
}

/** Where testcontainers would look. */
function leavesTraces(): boolean {
  if (process.platform === 'win32' || process.env['DOCKER_HOST'] !== undefined) return true;
  const run = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.()}`;
  const home = homedir();
  return [
    '/var/run/docker.sock',
    join(run, 'docker.sock'),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.testcontainers.properties'),
  ].some((path) => existsSync(path));
}

async function ask(): Promise<boolean> {
  try {
    const { getContainerRuntimeClient } = await import('testcontainers');
    const late = sleep(answerWithinMs, null, { ref: false });
    const client = await Promise.race([getContainerRuntimeClient(), late]);
    return client !== null && isOurs(client.info.containerRuntime.host);
  } catch {
    return false;
  }
}

/** Kafka tells its clients a fixed address, so the engine has to publish ports where we are. */
function isOurs(host: string): boolean {
  if (loopback.includes(host)) return true;
  console.error(
    `A Docker engine answers, but publishes ports at ${host}, not on this loopback (TESTCONTAINERS_HOST_OVERRIDE=localhost if it does). Doing without it.`,
  );
  return false;
}

async function prepare(image: string): Promise<void> {
  const { getContainerRuntimeClient, getReaper, ImageName } = await import('testcontainers');
  const client = await getContainerRuntimeClient();
  const name = ImageName.fromString(image);
  if (!(await client.image.exists(name))) {
    if (!mayFetch()) throw new Error('not here, and REGIONPILOT_TEST_FETCH=never');
    console.error(`Pulling ${image} (${howToForbid})`);
    await client.image.pull(name);
  }
  // The reaper that removes containers after a crash is an image too.
  if (!mayFetch()) process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  await getReaper(client).catch((cause) => {
    throw new Error(
      `its reaper cannot start (${cause.message}; TESTCONTAINERS_RYUK_DISABLED=true does without)`,
      { cause },
    );
  });
}
