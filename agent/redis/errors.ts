// What a caller of RegionalRedis can meet beyond Redis's own replies. Messages name the command and
// the region, never a key or a value.

export const regionalErrorCodes = [
  'AMBIGUOUS_WRITE',
  'REGION_UNAVAILABLE',
  'TRANSACTION_LOST',
  'COMMAND_REFUSED',
  'CLIENT_CLOSED',
] as const;
export type RegionalErrorCode = (typeof regionalErrorCodes)[number];

/** A failure of RegionalRedis itself. */
export class RegionalRedisError extends Error {
  readonly code: RegionalErrorCode;
  /** Name of the command, lower case. */
  readonly command: string;
  /** Region the command was meant for, or was sent to. */
  readonly region: string;
  /** Will the same call be safe and may it succeed later, without anyone changing anything? */
  readonly retriable: boolean;

  constructor(code: RegionalErrorCode, message: string, at: CommandAt, retriable: boolean) {
    super(message);
    this.name = 'RegionalRedisError';
    this.code = code;
    this.command = at.command;
    this.region = at.region;
    this.retriable = retriable;
  }
}

export type CommandAt = { readonly command: string; readonly region: string };

/**
 * A write was sent to `region`, whose answer can no longer arrive. It may or may not have been
 * applied, and repeating it could apply it twice, so only the caller can decide.
 */
export class AmbiguousWriteError extends RegionalRedisError {
  constructor(at: CommandAt) {
    const text = `${at.command} was sent to region ${at.region} and never answered: it may have been applied`;
    super('AMBIGUOUS_WRITE', text, at, false);
    this.name = 'AmbiguousWriteError';
  }
}

/** Why a command that was never sent could not be served. */
export type UnavailableReason = 'heldTooLong' | 'holdFull' | 'failFast';

const reasonTexts: Readonly<Record<UnavailableReason, string>> = {
  heldTooLong: 'it was held until holdMs ran out',
  holdFull: 'too many commands are already held',
  failFast: "whileUndecided is 'fail'",
};

/** The command was never sent anywhere: retrying is safe. */
export function unavailable(at: CommandAt, reason: UnavailableReason): RegionalRedisError {
  const text = `Region ${at.region} does not answer and ${at.command} was not sent: ${reasonTexts[reason]}`;
  return new RegionalRedisError('REGION_UNAVAILABLE', text, at, true);
}

/** MULTI or WATCH was said on a connection that is gone; nothing of the transaction was applied. */
export function transactionLost(at: CommandAt): RegionalRedisError {
  const text = `${at.command}: the connection to region ${at.region} that MULTI or WATCH was said on is gone; nothing was applied, begin again`;
  return new RegionalRedisError('TRANSACTION_LOST', text, at, true);
}

const adviceFor: Readonly<Record<string, string>> = {
  quit: 'call quit()',
  select: 'set `db` in the options of createRegionalRedis',
  auth: 'set `username` and `password` in the options of createRegionalRedis',
  monitor: 'open a plain ioredis client to the server you want to watch',
};

/** For a command that needs a connection to itself. */
export function refused(
  at: CommandAt,
  advice: string = adviceFor[at.command] ?? 'set it in the options of createRegionalRedis',
): RegionalRedisError {
  const text = `${at.command} changes the state of one connection, which a client over several regions does not have: ${advice}`;
  return new RegionalRedisError('COMMAND_REFUSED', text, at, false);
}

export function closed(at: CommandAt): RegionalRedisError {
  return new RegionalRedisError('CLIENT_CLOSED', `${at.command}: Connection is closed.`, at, false);
}
