// MULTI and WATCH are promises of one connection. When commands are sent one by one (not as one
// pipeline), a move or a reconnect in between would run the second half without the first, outside
// of any transaction. The guard remembers which connection the promise was made on, and refuses the
// rest when that one is gone: nothing was applied, so the caller can begin again. It refuses until
// EXEC or DISCARD, but not for ever: a caller who gave up at the first refusal must not lock out all
// others who share the client.

export type Verdict =
  /** Send it. */
  | 'pass'
  /** Send it; it is part of an open transaction. */
  | 'passWithin'
  /** Its connection is gone. */
  | 'lost';

export type Flow = {
  /** Names the connection in use; null for none. */
  readonly session: string | null;
  /** False while commands are kept back. */
  readonly flows: boolean;
  /** Monotonic, ms. */
  readonly nowMs: number;
};

/** Longest a broken transaction refuses what follows, ms. */
const refuseMs = 1_000;

/** `session` is null until the command that made it was really sent. */
type Bond = { session: string | null; lost: boolean; refusedMs: number | null };

export class TransactionGuard {
  #watch: Bond | null = null;
  #multi: Bond | null = null;

  /** Nothing is promised: commands need not be asked about. */
  get isIdle(): boolean {
    return this.#watch === null && this.#multi === null;
  }

  /** May this command be sent now? `name` in lower case. */
  admit(name: string, flow: Flow): Verdict {
    this.#forgive(flow.nowMs);
    const verdict = this.#judge(name, flow);
    if (verdict === 'lost') this.#refused(flow.nowMs);
    return verdict;
  }

  #judge(name: string, flow: Flow): Verdict {
    switch (name) {
      case 'watch':
        if (isBroken(this.#watch, flow)) return 'lost';
        this.#watch ??= bondTo(flow);
        return 'pass';
      case 'unwatch':
        this.#watch = null;
        return 'pass';
      case 'multi':
        this.#multi = { ...bondTo(flow), lost: isBroken(this.#watch, flow) };
        return this.#multi.lost ? 'lost' : 'pass';
      case 'exec':
      case 'discard':
        return this.#end(flow);
      default:
        if (this.#multi === null) return 'pass';
        return isBroken(this.#multi, flow) ? 'lost' : 'passWithin';
    }
  }

  /** What was kept back has now been sent on this connection. */
  sent(session: string | null): void {
    for (const bond of [this.#watch, this.#multi]) if (bond !== null) bond.session ??= session;
  }

  /** MULTI or WATCH failed, so what follows must not run. */
  lose(): void {
    for (const bond of [this.#watch, this.#multi]) if (bond !== null) bond.lost = true;
  }

  #refused(nowMs: number): void {
    for (const bond of [this.#watch, this.#multi]) {
      if (bond === null) continue;
      bond.lost = true;
      bond.refusedMs ??= nowMs;
    }
  }

  #forgive(nowMs: number): void {
    if (isOver(this.#watch, nowMs)) this.#watch = null;
    if (isOver(this.#multi, nowMs)) this.#multi = null;
  }

  #end(flow: Flow): Verdict {
    const broken = isBroken(this.#multi, flow) || isBroken(this.#watch, flow);
    const wasOpen = this.#multi !== null;
    this.#multi = null;
    this.#watch = null;
    if (broken) return 'lost';
    return wasOpen ? 'passWithin' : 'pass';
  }
}

function bondTo({ session, flows }: Flow): Bond {
  return { session: flows ? session : null, lost: false, refusedMs: null };
}

function isOver(bond: Bond | null, nowMs: number): boolean {
  return bond !== null && bond.refusedMs !== null && nowMs - bond.refusedMs > refuseMs;
}

function isBroken(bond: Bond | null, { session, flows }: Flow): boolean {
  if (bond === null) return false;
  if (bond.lost) return true;
  return bond.session !== null && (!flows || bond.session !== session);
}
