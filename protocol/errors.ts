/** Every failure that crosses a package boundary has one of these codes. */
export const errorCodes = [
  'CONFIG_INVALID',
  'RECORD_INVALID',
  'RECORD_TOO_LARGE',
  'RECORD_VERSION_UNKNOWN',
  'BUS_UNREACHABLE',
  'BUS_CLOSED',
  'BUS_SEND_FAILED',
  'CODEC_MISSING',
  'TOPIC_MISSING',
  'TOPIC_TOO_WEAK',
  'OFFSET_OUT_OF_RANGE',
  'PORT_IN_USE',
  'FILE_UNREADABLE',
  'DRILL_FAILED',
  'DELIVERY_FAILED',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export type ErrorDetails = {
  /** Would the same call succeed later without anyone changing anything? */
  readonly retriable: boolean;
  readonly cause?: unknown;
  readonly [detail: string]: unknown;
};

/** A failure at the edge. Expected outcomes are values, not errors. */
export class PipelineError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PipelineError';
    this.code = code;
    const { retriable, cause: _cause, ...rest } = details;
    this.retriable = retriable;
    this.details = rest;
  }
}

/**
 * A broken invariant is a bug, and the aggregator that meets one crashes: restart and replay
 * beats a wrong failover. Never call this in the agent; it lives in somebody else's process.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
