// Keeps a member in the group for as long as the consumption is open: whenever one breaks, the next
// is built after a jittered pause.

import type { ConsumeOptions, Consumption } from '../../port.ts';
import { backoffMs } from '../backoff.ts';
import type { Adapter } from './adapter.ts';
import { createAlarmClock } from './alarm-clock.ts';
import { joinGroup, type Member } from './member.ts';

const retry = { baseMs: 100, maxMs: 1_000 };
/** A member that lived this long was fine: its end is a new trouble, not the old one. */
const settledMs = 30_000;

export function startConsumption(adapter: Adapter, options: ConsumeOptions): Consumption {
  const { log, health } = adapter;
  const who = `consumer of ${options.group}`;
  const clock = createAlarmClock();
  let closed = false;
  let member: Member = joinGroup(adapter, options);

  const keep = async (): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      const beganMs = Date.now();
      const reason = await member.broken;
      await member.close();
      if (closed) return;
      if (Date.now() - beganMs > settledMs) attempt = 0;
      health.failed(who, reason);
      if (attempt === 0 || attempt === 10) {
        log({ level: 'warn', event: 'consumerRebuilt', group: options.group, reason });
      }
      await clock.sleep(backoffMs(retry, attempt, Math.random));
      if (closed) return;
      member = joinGroup(adapter, options);
    }
  };
  const kept = keep();

  return {
    commit: async (at, offset) => {
      if (!closed) await member.commits.commit(at, offset);
    },
    close: async () => {
      closed = true;
      clock.stop();
      await member.close();
      await kept;
      health.gone(who);
    },
  };
}
