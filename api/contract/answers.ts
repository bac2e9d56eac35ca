// What every answer of the HTTP API has in common: pages and problems. Everything under
// `/api/v1` is JSON; times are ms since 1970; fields are added, never renamed.

/** `GET …?limit=1..500&cursor=`: a cursor is opaque and belongs to the query it came from. */
export type Page<Item> = {
  readonly items: readonly Item[];
  /** For the next page; null on the last. */
  readonly next: string | null;
  /** Items the filter matches, all pages together. */
  readonly total: number;
};

/** One thing wrong with a request; all of them are told at once. */
export type InvalidPart = {
  /** JSON pointer into the body, or `query/<name>`, `header/<name>`, `path/<name>`. */
  readonly pointer: string;
  readonly got: string;
  readonly wanted: string;
};

/** RFC 9457, `application/problem+json`. */
export type ProblemDocument = {
  /**  `docs/api-problems.md#<slug>`, served at `/problems/<slug>`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Of the request, as in the log and in `x-request-id`. */
  readonly instance: string;
  readonly errors?: readonly InvalidPart[];
  /** Seconds, for 429 and 503. */
  readonly retryAfterS?: number;
};
