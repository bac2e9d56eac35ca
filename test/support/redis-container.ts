// The same server as a container, on a fixed loopback port, so that it comes back at its address.
// A container that ended is removed at once: a restart is a new one, empty like a new process.

import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { freePort } from './free-port.ts';
import type { RedisServer, RedisServerOptions } from './redis.ts';
import { untilRedisAnswers } from './redis-answers.ts';

const inside = 6379;

export async function startRedisContainer(
  image: string,
  { port: wanted, args = [] }: RedisServerOptions,
): Promise<RedisServer> {
  const port = wanted ?? (await freePort());
  const client = await getContainerRuntimeClient();
  let id: string | null = await run(image, port, args);
  const container = (): ReturnType<typeof client.container.getById> => {
    if (id === null) throw new Error(`The Redis on port ${port} has ended`);
    return client.container.getById(id);
  };
  // To the engine a second pause is an error; to a process a second SIGSTOP is nothing.
  const isPaused = async (): Promise<boolean> => (await container().inspect()).State.Paused;
  const remove = async (): Promise<void> => {
    if (id === null) return;
    const ending = container();
    id = null;
    // Forced removal is SIGKILL, for a paused one too.
    await ending.remove({ force: true, v: true });
  };
  return {
    host: '127.0.0.1',
    port,
    kill9: remove,
    stop: async () => {
      if (id !== null) await container().stop();
      await remove();
    },
    freeze: async () => {
      if (!(await isPaused())) await container().pause();
    },
    thaw: async () => {
      if (await isPaused()) await container().unpause();
    },
    restart: async () => {
      await remove();
      id = await run(image, port, args);
    },
  };
}

/** The id of a new container whose server answers. */
async function run(image: string, port: number, args: readonly string[]): Promise<string> {
  const server = ['redis-server', '--protected-mode', 'no', '--save', '', '--appendonly', 'no'];
  const started = await new GenericContainer(image)
    .withExposedPorts({ container: inside, host: port })
    .withCommand([...server, ...args])
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();
  await untilRedisAnswers(port);
  return started.getId();
}
