// The way to a region through a process that can stop forwarding.

import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromProxy, ProxyPlan, ToProxy } from '../../drill/messages.ts';
import { forkChild } from './child.ts';
import type { Leash } from './leash.ts';

export type RunningProxy = {
  readonly port: number;
  readonly order: (message: Exclude<ToProxy, { kind: 'start' }>) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** With the process stopped, takes the few places in the kernel's queue: from then on nobody who
   * connects is answered. Returns the way to let go. */
  readonly fillQueue: () => Promise<() => void>;
};

const orderWithinMs = 5_000;

export async function startProxy(plan: ProxyPlan, leash: Leash): Promise<RunningProxy> {
  const child = forkChild<ToProxy, FromProxy>('a proxy', './proxy-process.ts', leash);
  child.send({ kind: 'start', plan });
  const { port } = await child.next('listening', 20_000);
  return {
    port,
    signal: child.signal,
    order: async (message) => {
      const done = child.next('done', orderWithinMs);
      child.send(message);
      await done;
    },
    fillQueue: () => fillQueue(port, plan.backlog),
  };
}

/** Linux keeps one connection more than the backlog says. */
async function fillQueue(port: number, backlog: number): Promise<() => void> {
  const sockets: Socket[] = [];
  for (let i = 0; i <= backlog + 1; i++) {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    sockets.push(socket);
  }
  await sleep(20);
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}
