// The recorder's counters: one typed array per column, so that a command costs additions and nothing
// is allocated for it.

/** Columns indexed by connection number; replaced by longer ones when they are full. */
export type Tables = {
  readonly use: Uint8Array;
  readonly state: Uint8Array;
  /** 1 when an error waits for the next flush. */
  readonly touched: Uint8Array;
  readonly cell: Int32Array;
  readonly ok: Float64Array;
  readonly failed: Float64Array;
  /** Age of the stall at the last look, ms; 0 for none. */
  readonly stalledMs: Float64Array;
  /** 1 while it is known to be down: further attempts to connect are no news. */
  readonly known: Uint8Array;
};

export function newTables(length: number): Tables {
  return {
    use: new Uint8Array(length),
    state: new Uint8Array(length),
    touched: new Uint8Array(length),
    cell: new Int32Array(length),
    ok: new Float64Array(length),
    failed: new Float64Array(length),
    stalledMs: new Float64Array(length),
    known: new Uint8Array(length),
  };
}

/** Twice as long, with what was there. */
export function grown(old: Tables): Tables {
  const next = newTables(old.use.length * 2);
  for (const name of Object.keys(old) as (keyof Tables)[]) next[name].set(old[name]);
  return next;
}
