// Tells readers that there is something to read. Writes of this process wake at once; those of other
// processes are seen by one light question per process (`PRAGMA data_version`, some microseconds)
// every 25 ms, asked only while somebody listens and the log is a file.

import type { DatabaseSync } from 'node:sqlite';

const pollMs = 25;

export type Changes = {
  /** Calls `listener` after something was written to `channel`, by whichever process. */
  readonly listen: (channel: string, listener: () => void) => () => void;
  readonly wake: (channels: ReadonlySet<string>) => void;
  /** ms since 1970 of the last time the log answered. */
  readonly lastContactMs: () => number;
  readonly stop: () => void;
};

export const topicChannel = (topic: string): string => `topic ${topic}`;
export const groupChannel = (group: string): string => `group ${group}`;

const marksOfChannels = `
  SELECT 'topic ' || name AS channel, count(*) || ' ' || sum(next) AS mark
    FROM topics JOIN partitions ON topic = id GROUP BY id
  UNION ALL
  SELECT 'group ' || name, CAST(revision AS TEXT) FROM groups
`;

export function watchChanges(db: DatabaseSync, shared: boolean): Changes {
  const listeners = new Map<string, Set<() => void>>();
  const askVersion = db.prepare('PRAGMA data_version');
  const askMarks = db.prepare(marksOfChannels);
  let version = versionNow();
  let marks = marksNow();
  let lastContactMs = Date.now();
  let timer: NodeJS.Timeout | undefined;

  function versionNow(): number {
    return Number(askVersion.get()?.['data_version']);
  }

  function marksNow(): ReadonlyMap<string, string> {
    return new Map(askMarks.all().map(({ channel, mark }) => [String(channel), String(mark)]));
  }

  const wake = (channels: ReadonlySet<string>): void => {
    for (const channel of channels) {
      for (const listener of [...(listeners.get(channel) ?? [])]) listener();
    }
  };

  const look = (): void => {
    try {
      const now = versionNow();
      lastContactMs = Date.now();
      if (now === version) return;
      version = now;
      const before = marks;
      marks = marksNow();
      wake(new Set([...marks.keys()].filter((key) => marks.get(key) !== before.get(key))));
    } catch {
      // A locked or unreadable file: `lastContactMs` grows old, and the next look tries again.
    }
  };

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    listen: (channel, listener) => {
      const set = listeners.get(channel) ?? new Set();
      listeners.set(channel, set.add(listener));
      if (shared) timer ??= setInterval(look, pollMs);
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(channel) === set) listeners.delete(channel);
        if (listeners.size === 0) stop();
      };
    },
    wake,
    lastContactMs: () => (shared && timer !== undefined ? lastContactMs : Date.now()),
    stop,
  };
}
