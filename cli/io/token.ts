/** `regionpilot token`: who may use the HTTP API. */
import {
  createToken,
  isGood,
  readTokens,
  type TokenEntry,
  withoutToken,
  writeTokens,
} from '@regionpilot/api/access';
import type {
  TokenCreateRequest,
  TokenFileFlags,
  TokenListRequest,
  TokenRevokeRequest,
} from '../commands/token.ts';
import { type ExitCode, exitCodes, usageError } from '../exit.ts';
import { harmless, isoTime } from '../text.ts';
import { loadConfig } from './files.ts';
import { outJson, outLines, type Session } from './session.ts';

/** The token alone goes to stdout, so that it can be sent into a file. */
export async function makeToken(session: Session, request: TokenCreateRequest): Promise<ExitCode> {
  const { name, scope, for: lifeMs } = request;
  const { token, entry } = createToken(
    fileOf(session, request),
    { name, scope, lifeMs },
    Date.now(),
  );
  if (request.json === true) outJson(session, { v: 1, token, entry: shown(entry) });
  else {
    session.out(`${token}\n`);
    session.note(
      `${entry.id} of ${name} may ${scope} until ${isoTime(entry.expiresMs)}; it is not shown again`,
    );
  }
  return exitCodes.ok;
}

export async function listTokens(session: Session, request: TokenListRequest): Promise<ExitCode> {
  const nowMs = Date.now();
  const tokens = readTokens(fileOf(session, request)).tokens.filter(
    (entry) => request.all === true || isGood(entry, nowMs),
  );
  if (request.json === true) outJson(session, { v: 1, tokens: tokens.map(shown) });
  else if (tokens.length === 0) session.note('no tokens in force');
  else
    outLines(
      session,
      tokens.map((entry) => harmless(line(entry, nowMs))),
    );
  return exitCodes.ok;
}

export async function revokeToken(
  session: Session,
  request: TokenRevokeRequest,
): Promise<ExitCode> {
  const file = fileOf(session, request);
  const nowMs = Date.now();
  const tokens = withoutToken(readTokens(file), request.token, nowMs);
  writeTokens(file, tokens);
  const revoked = tokens.tokens.filter(({ revokedMs }) => revokedMs === nowMs);
  if (request.json === true) outJson(session, { v: 1, revoked: revoked.map(shown) });
  else
    outLines(
      session,
      revoked.map(({ id, name }) => harmless(`${id} of ${name} is revoked`)),
    );
  return exitCodes.ok;
}

function fileOf(session: Session, request: TokenFileFlags): string {
  const file = request.tokensFile ?? loadConfig(request, session).api?.tokensFile;
  if (file !== undefined) return file;
  throw usageError('No tokens file named: give --tokens-file, or --config with api.tokensFile');
}

function shown({ hash: _hash, ...entry }: TokenEntry): Omit<TokenEntry, 'hash'> {
  return entry;
}

function line(entry: TokenEntry, nowMs: number): string {
  const { id, name, scope, expiresMs, revokedMs } = entry;
  const end = isGood(entry, nowMs)
    ? `until ${isoTime(expiresMs)}`
    : `ended ${isoTime(Math.min(expiresMs, revokedMs ?? expiresMs))}`;
  return `${id}  ${scope.padEnd(8)}  ${end}  ${name}`;
}
