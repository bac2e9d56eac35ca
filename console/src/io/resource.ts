// What a page fetches for itself: loading, there, or refused, and fetched anew when its path changes
// or when the page asks. An older answer never replaces a newer one.

import type { ProblemDocument } from '@regionpilot/api/contract';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { asProblem, get } from './api.ts';

export type Resource<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'there'; readonly value: Value; readonly refreshing: boolean }
  | { readonly kind: 'refused'; readonly problem: ProblemDocument };

/**
 * The JSON at `path` (null: nothing to fetch), again every `everyMs` if given, and a function to
 * fetch it now.
 */
export function useResource<Value>(
  path: string | null,
  everyMs: number | null = null,
): readonly [Resource<Value>, () => void] {
  const [resource, setResource] = useState<Resource<Value>>({ kind: 'loading' });
  const [turn, setTurn] = useState(0);
  const refresh = useCallback(() => setTurn((n) => n + 1), []);

  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    setResource((old) => (old.kind === 'there' ? { ...old, refreshing: true } : old));
    const load = (): void => {
      get<Value>(path, stop.signal).then(
        (value) => setResource({ kind: 'there', value, refreshing: false }),
        (error: unknown) => {
          if (!stop.signal.aborted)
            setResource({ kind: 'refused', problem: asProblem(error, path) });
        },
      );
    };
    load();
    const timer = everyMs === null ? null : setInterval(load, everyMs);
    return () => {
      stop.abort();
      if (timer !== null) clearInterval(timer);
    };
  }, [path, everyMs, turn]);

  return [resource, refresh];
}
