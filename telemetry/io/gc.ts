/** Pauses for garbage collection, as the engine tells of each. */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { bucketOf, createHistogram, type Histogram } from '@regionpilot/protocol';

export type Collections = {
  /** By OpenTelemetry's names of the kinds, each there from the start. */
  readonly read: () => readonly (readonly [kind: string, pauses: Histogram])[];
  readonly close: () => void;
};

/** What an entry of type `gc` has besides; the types leave it out. */
type Collection = PerformanceEntry & { readonly detail?: { readonly kind: number } };

const kinds = [
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
] as const;

/** Counts from now on. */
export function watchCollections(): Collections {
  const pauses = new Map(
    kinds.map(([number, name]) => [number as number, [name, createHistogram()] as const]),
  );
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail, duration }: Collection = entry;
      const histogram = pauses.get(detail?.kind ?? -1)?.[1];
      const bucket = bucketOf(duration * 1_000);
      if (histogram !== undefined) histogram[bucket] = (histogram[bucket] ?? 0) + 1;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return { read: () => [...pauses.values()], close: () => observer.disconnect() };
}
