// Clients one by one, out of the rosters the folders write.

/** What one client says of one region. */
export type ClientVerdict = 'ok' | 'suspect' | 'down' | 'everywhere' | 'quiet' | 'none';

export type ClientRegion = {
  readonly region: string;
  readonly verdict: ClientVerdict;
  readonly connections: number;
  readonly ready: number;
  /** Over the long window. */
  readonly answered: number;
  readonly failed: number;
  readonly stalledMs: number;
};

/** `GET /api/v1/clients?group&home&domain&region&verdict&straggler&q&sort&limit&cursor`. */
export type ClientState = {
  readonly client: string;
  readonly group: string;
  readonly home: string;
  readonly domain: string;
  readonly presence: 'here' | 'silent' | 'goodbye';
  /** When its last batch was appended. */
  readonly lastSeenMs: number;
  /** Version of the decision it follows; null: none yet. */
  readonly applied: readonly [term: number, epoch: number] | null;
  /** Reports and follows an older version than the newest. */
  readonly straggler: boolean;
  readonly regions: readonly ClientRegion[];
};

/**
 * `GET /api/v1/groups/:group/matrix`: all clients × regions, compact, worst first within a domain.
 * `cells[r]` is one character per client, in the order of `clients`: `o` ok, `s` suspect, `d` down,
 * `e` everywhere, `q` quiet, `-` none.
 */
export type ClientMatrix = {
  readonly group: string;
  readonly asOfMs: number;
  readonly regions: readonly string[];
  readonly clients: readonly string[];
  readonly homes: readonly string[];
  readonly domains: readonly string[];
  readonly cells: readonly string[];
  /** Clients beyond the 10,000 that are listed. */
  readonly truncated: number;
};
