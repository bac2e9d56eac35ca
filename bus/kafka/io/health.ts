import type { BusHealth } from '../../port.ts';

/** Who of this bus is in trouble, and since when. Nothing heard is no trouble. */
export type HealthBook = {
  readonly ok: (who: string) => void;
  readonly failed: (who: string, reason: string) => void;
  readonly gone: (who: string) => void;
  readonly health: () => BusHealth;
};

export function createHealthBook(): HealthBook {
  const troubles = new Map<string, { readonly sinceMs: number; readonly reason: string }>();
  const forget = (who: string): void => {
    troubles.delete(who);
  };
  return {
    ok: forget,
    gone: forget,
    failed: (who, reason) => {
      const sinceMs = troubles.get(who)?.sinceMs ?? Date.now();
      troubles.set(who, { sinceMs, reason: `${who}: ${reason}` });
    },
    health: () => {
      const [oldest] = [...troubles.values()].sort((a, b) => a.sinceMs - b.sinceMs);
      return oldest === undefined ? { kind: 'up' } : { kind: 'down', ...oldest };
    },
  };
}
