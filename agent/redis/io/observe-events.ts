// What can be known of a client through ioredis's public events alone: whether its link is up. Used
// when a private part we lean on is missing, so that an unknown version of ioredis costs detail,
// never the host's traffic.

import type { Redis } from 'ioredis';
import { classify } from '../classify.ts';
import type { Observation } from './observe.ts';
import type { OpenHandle, TapListener } from './tap.ts';

export function observePublicEvents(
  redis: Redis,
  open: OpenHandle,
  missing: readonly string[],
  listener: TapListener,
): Observation {
  const handle = open(() => 0);
  const told = (status: string) => listener.statusChanged(status);
  const listeners: Readonly<Record<string, (error?: unknown) => void>> = {
    connecting: () => handle.changed('connecting'),
    ready: () => {
      handle.changed('ready');
      told('ready');
    },
    close: () => {
      handle.changed('closed', 'closed');
      listener.closing();
      told('close');
    },
    reconnecting: () => handle.changed('reconnecting'),
    end: () => {
      handle.changed('failed', 'closed');
      told('end');
    },
  };
  for (const [event, heard] of Object.entries(listeners)) redis.on(event, heard);
  // A listener of ours for `error` would silence ioredis's own warning; join only if others listen.
  const failed = (error: unknown): void => handle.changed('reconnecting', classify(error));
  if (redis.listenerCount('error') > 0) redis.on('error', failed);
  if (redis.status === 'ready') handle.changed('ready');
  return {
    kind: 'eventsOnly',
    missing,
    waitingSinceMs: () => 0,
    lastAnswerMs: () => 0,
    stop: () => {
      for (const [event, heard] of Object.entries(listeners)) redis.off(event, heard);
      redis.off('error', failed);
      handle.close();
    },
  };
}
