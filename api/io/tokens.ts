/** The tokens file: read when it changed, replaced as a whole, and never readable by others. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { PipelineError } from '@regionpilot/protocol';
import {
  type NewToken,
  noTokens,
  parseTokens,
  type TokenEntry,
  type TokensFile,
  tokenIdIn,
  tokenText,
  withToken,
} from '../access/tokens.ts';

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** @throws {PipelineError} FILE_UNREADABLE, CONFIG_INVALID. */
export function readTokens(file: string): TokensFile {
  try {
    return parseTokens(file, readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof PipelineError) throw cause;
    throw unreadable(file, cause as Error);
  }
}

function unreadable(file: string, cause: Error): PipelineError {
  const message = `Cannot read tokens from ${file}: ${cause.message}`;
  return new PipelineError('FILE_UNREADABLE', message, { file, cause, retriable: false });
}

/** As `readTokens`; a file that is not there yet has none. */
export function readTokensIfAny(file: string): TokensFile {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? noTokens : readTokens(file);
}

/** A reader sees the old file or the new one, never half of one. */
export function writeTokens(file: string, tokens: TokensFile): void {
  const next = `${file}.${process.pid}.next`;
  const handle = openSync(next, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(tokens, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, file);
}

/**
 * Adds a token to the file.
 * @returns What its owner is given, once: it is kept nowhere.
 * @throws {PipelineError} CONFIG_INVALID, FILE_UNREADABLE.
 */
export function createToken(
  file: string,
  wanted: Pick<NewToken, 'name' | 'scope' | 'lifeMs'>,
  nowMs: number,
): { readonly token: string; readonly entry: TokenEntry } {
  const id = idOf(randomBytes(12));
  const token = tokenText(wanted.scope, id, randomBytes(32).toString('base64url'));
  const tokens = withToken(readTokensIfAny(file), { ...wanted, id, hash: hashOf(token) }, nowMs);
  writeTokens(file, tokens);
  return { token, entry: tokens.tokens.at(-1) as TokenEntry };
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

function idOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => letters[byte % letters.length]).join('');
}

/** How long a revoked token may still work, ms. */
const lookEveryMs = 1_000;

/** The file as it is now; a file that broke keeps the tokens it had, and says so once. */
export class TokenBook {
  readonly #file: string;
  readonly #onProblem: (text: string) => void;
  #byId: ReadonlyMap<string, TokenEntry>;
  #version: string;
  #lookedMs: number;

  /** @throws {PipelineError} FILE_UNREADABLE, CONFIG_INVALID. */
  constructor(file: string, onProblem: (text: string) => void, nowMs: number) {
    this.#file = file;
    this.#onProblem = onProblem;
    this.#version = versionOf(file);
    this.#byId = indexed(readTokens(file));
    this.#lookedMs = nowMs;
  }

  /** The entry this very token belongs to, whether or not it is still good. */
  find(token: string, nowMs: number): TokenEntry | null {
    this.#look(nowMs);
    const entry = this.#byId.get(tokenIdIn(token) ?? '');
    if (entry === undefined) return null;
    const matches = timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(entry.hash));
    return matches ? entry : null;
  }

  #look(nowMs: number): void {
    if (nowMs - this.#lookedMs < lookEveryMs) return;
    this.#lookedMs = nowMs;
    const version = versionOf(this.#file);
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#byId = indexed(readTokens(this.#file));
    } catch (error) {
      this.#onProblem((error as Error).message);
    }
  }
}

function versionOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 'gone' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

function indexed({ tokens }: TokensFile): ReadonlyMap<string, TokenEntry> {
  return new Map(tokens.map((entry) => [entry.id, entry]));
}
