/** Sleeps that a close can end. After `stop` every sleep, also a later one, ends at once. */
export type AlarmClock = {
  readonly sleep: (ms: number) => Promise<void>;
  readonly stop: () => void;
};

/** @param background Sleeping does not keep the process running. */
export function createAlarmClock(background = false): AlarmClock {
  const wakes = new Set<() => void>();
  let stopped = false;
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        if (stopped) return resolve();
        const wake = (): void => {
          clearTimeout(timer);
          wakes.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        if (background) timer.unref();
        wakes.add(wake);
      }),
    stop: () => {
      stopped = true;
      for (const wake of [...wakes]) wake();
    },
  };
}
