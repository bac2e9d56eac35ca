// Everything an agent can be told, checked as a whole: every mistake is reported at once.

import type { BusConfig } from '@regionpilot/bus';

/** What RegionalRedis does with commands while the active region is unreachable and no decision came. */
export type WhileUndecided = 'hold' | 'detourReads' | 'fail';

export type GroupConfig = {
  /** Regions in order of preference, 1–16; the client's home goes first when it is among them. */
  readonly regions: readonly string[];
  /** Default `hold`. */
  readonly whileUndecided: WhileUndecided;
  /** Longest a command is held, ms, 0–60,000. Default 1,000. */
  readonly holdMs: number;
  /** Most commands held at once, 0–1,000,000. Default 10,000. */
  readonly holdCommands: number;
  /** Most bytes of arguments held at once. Default 16,777,216. */
  readonly holdBytes: number;
  /** New commands are held back once the active connection has not answered for this long: what was
   * never sent is never ambiguous. ms, 20–60,000. Default 200. */
  readonly holdAfterMs: number;
  /** Longest the old region's connection lives on after a move, ms. Default 2,000. */
  readonly drainMs: number;
  /** `warm` keeps a probed connection to every region, `cold` connects when told to move. Default `warm`. */
  readonly standby: 'warm' | 'cold';
  /** `ping`, or `write`: SET and GET of a key of its own, for servers that answer but refuse writes. Default `ping`. */
  readonly probe: 'ping' | 'write';
  /** Time between probes of a connection nothing else uses, ms, 100–60,000. Default 1,000. */
  readonly probeIntervalMs: number;
};

/** Decisions over HTTP, for a process that cannot reach Kafka. Files are read at each connection. */
export type RelayConfig = {
  /** Address of an API, or of its stream of decisions in full: `https://regionpilot:7070`. */
  readonly relay: string;
  /** A bearer token of scope `relay`, on the first line. Over http only to loopback. */
  readonly tokenFile?: string;
  /** PEM of the authorities to trust. Default: those the system trusts. */
  readonly caFile?: string;
  /** PEM of our own certificate and its key, for an API that wants them. */
  readonly certFile?: string;
  readonly keyFile?: string;
};

export type AgentConfig = {
  /** Stable name of this process, unique in the fleet. Default `<hostname>/<pid>`. A stable name (a
   * pod's) keeps the client's place in a ramp across restarts. */
  readonly client: string;
  /** Region this process runs in. Default: the first region of the first group. */
  readonly home: string;
  /** Failure domain (host, rack, zone). Default: the hostname. */
  readonly domain: string;
  /** Required, unless a `Bus` is handed to `createAgent` or decisions come from a relay. null: there
   * is none, so nothing is reported; what was counted is declared as dropped. */
  readonly bus: BusConfig | null;
  /** A relay to follow decisions from instead of the log; null: the log. Default null. */
  readonly decisions: RelayConfig | null;
  /** Default `regionpilot.` */
  readonly topicPrefix: string;
  readonly groups: Readonly<Record<string, GroupConfig>>;
  /** Time between flushes while failures are being counted, ms, 20–10,000. Default 100. */
  readonly flushMs: number;
  /** Time between flushes while all is well, ms, 100–60,000. Default 1,000. A change of state is
   * flushed at once whatever these say. */
  readonly calmFlushMs: number;
  /** A command unanswered for this long is reported at once, ms, 50–60,000. Default 500; keep it
   * equal to the aggregator's. */
  readonly stallMs: number;
  /** No word from the decision log for this long makes it stale, ms. Default 5,000. */
  readonly decisionStaleMs: number;
  /** Most bytes of unsent batches kept; the oldest samples go first, state changes last. Default 1,048,576. */
  readonly ringBytes: number;
  /** Where the last decisions are kept for the next start, or null. Default null. */
  readonly cacheFile: string | null;
  /** Asked in this order at start when the cache has nothing newer: a file, a URL. */
  readonly bootstrap: { readonly file?: string; readonly http?: string };
  /** Longest `ready()` waits for a decision, ms, 0–60,000. Default 2,000. */
  readonly readyMs: number;
  /** Leaves a failing region without a decision, only while the log is stale. Default true. */
  readonly localBreaker: boolean;
  /** Time the active region must fail for this client before the local breaker leaves it, ms. Default 2,000. */
  readonly breakerAfterMs: number;
};
