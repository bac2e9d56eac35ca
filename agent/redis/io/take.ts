// Takes a command out of a client's hands without the client noticing: the queue keeps a stand-in in
// its place, so a late answer, an error or a close settles nobody. Costs nothing until it is needed.

import { Command, type Redis } from 'ioredis';
import { internalsOf } from './internals.ts';

/** Written and unanswered, oldest first: those for which `isOurs` holds; the others stay. */
export function takeSent(redis: Redis, isOurs: (command: Command) => boolean): Command[] {
  const { commandQueue } = internalsOf(redis);
  const taken: Command[] = [];
  for (let i = 0; i < commandQueue.length; i++) {
    const item = commandQueue.peekAt(i);
    if (item === undefined || !isOurs(item.command)) continue;
    taken.push(item.command);
    item.command = standIn();
  }
  return taken;
}

/** Not written yet. */
export function takeUnsent(redis: Redis, isOurs: (command: Command) => boolean): Command[] {
  const { offlineQueue } = internalsOf(redis);
  const taken: Command[] = [];
  for (let i = 0; i < offlineQueue.length; ) {
    const item = offlineQueue.peekAt(i);
    if (item === undefined || !isOurs(item.command)) {
      i++;
      continue;
    }
    taken.push(item.command);
    offlineQueue.remove(i, 1);
  }
  return taken;
}

// A real command, because ioredis may send it again (`reconnectOnError`); PING, because that harms
// nobody.
const standIns = new WeakSet<Command>();

function standIn(): Command {
  const command = new Command('ping', []);
  command.promise.catch(() => {});
  standIns.add(command);
  return command;
}

export function isStandIn(command: Command): boolean {
  return standIns.has(command);
}
