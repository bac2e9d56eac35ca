import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when a Redis on this loopback port answers, with anything but "still loading". */
export async function untilRedisAnswers(
  port: number,
  died: () => string | null = () => null,
): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!(await answers(port))) {
    const lastWords = died();
    if (lastWords !== null) throw new Error(`redis-server on port ${port} ended: ${lastWords}`);
    if (performance.now() > deadlineMs) throw new Error(`No Redis ever answered on port ${port}`);
    await sleep(15);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => done(false));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.once('data', (data) => done(!String(data).startsWith('-LOADING')));
    socket.once('connect', () => socket.write('PING\r\n'));
  });
}
