// Some of a drill's clients, each with an agent, connections and a route of its own, as if it were a
// process: what they share is only this one's memory.

import { setTimeout as sleep } from 'node:timers/promises';
import type { FromWorker, ToWorker, WorkerPlan } from '../../drill/messages.ts';
import { newTally, type Tally } from '../../drill/tally.ts';
import { type LoadedClient, startClient } from './client.ts';
import { hearParent, tellParent } from './parent.ts';

const tell = (message: FromWorker): void => tellParent(message);
/** Clients that start together: a fleet that starts at once is another drill. */
const startTogether = 10;

let clients: readonly LoadedClient[] = [];
let tally: Tally = newTally();
/** Of the client whose link is cut: its troubles are its own. */
let alone: Tally = newTally();

hearParent<ToWorker>(async (message) => {
  switch (message.kind) {
    case 'start':
      clients = await startClients(message.plan);
      return tell({ kind: 'ready' });
    case 'begin':
      tally = newTally();
      alone = newTally();
      return;
    case 'collect':
      return tell({ kind: 'collected', tally, alone });
    case 'stop':
      await Promise.all(clients.map((client) => client.close()));
      process.exit(0);
  }
});

async function startClients(plan: WorkerPlan): Promise<readonly LoadedClient[]> {
  const started: LoadedClient[] = [];
  for (let i = 0; i < plan.clients.length; i += startTogether) {
    const some = plan.clients.slice(i, i + startTogether);
    started.push(
      ...(await Promise.all(
        some.map((client) =>
          startClient(plan, client, {
            tally: () => (client.alone ? alone : tally),
            moved: (region, atMs) => tell({ kind: 'moved', client: client.client, region, atMs }),
          }),
        ),
      )),
    );
    await sleep(20);
  }
  return started;
}
