// Numbers and words as the screen shows them.

import type { WorldSnapshot } from '../snapshot.ts';

/** `12,345` */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `0.4 ms`, `12 ms`, `–` */
export function latency(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${count(ms)} ms`;
}

/** `62 %` of an error ratio; `–` without evidence. */
export function ratio(failed: number, answered: number): string {
  const total = failed + answered;
  if (total === 0) return '–';
  const percent = (failed / total) * 100;
  return percent > 0 && percent < 10 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`;
}

/** A share in parts of 10,000. */
export function share(admitted: number): string {
  return `${admitted / 100} %`;
}

/** Filled in proportion, at least one cell for anything above nothing. */
export function bar(value: number, most: number, cells: number): string {
  const filled = value <= 0 ? 0 : Math.max(1, Math.round((value / Math.max(1, most)) * cells));
  return '█'.repeat(Math.min(filled, cells)) + '·'.repeat(Math.max(0, cells - filled));
}

/** `1:05` */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function serverText(servers: WorldSnapshot['servers']): string {
  return servers === 'redis-server' ? 'a real Redis' : 'a simulated Redis (stand-in)';
}
