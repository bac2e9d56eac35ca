// The one-shot of the compose file that lets the person at this machine in: on the first start it makes
// a token that may do everything, on later ones it finds that one again. What servers read holds its
// hash only; the token itself lies in a folder that no server mounts, and is said here at every start.
// In earnest each person has one of their own: `regionpilot token create`.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  createToken,
  isGood,
  readTokens,
  tokenLifeMaxMs,
  withoutToken,
  writeTokens,
} from '../../../api/access/index.ts';

const name = 'compose';
const tokensFile = wanted('TOKENS_FILE');
const tokenFile = wanted('TOKEN_FILE');

const kept = keptToken();
console.log(kept === null ? 'A token was made.' : 'The token of an earlier start still holds.');
console.log(`Open ${wanted('CONSOLE_URL')} and paste:\n\n    ${kept ?? newToken()}\n`);
console.log('It may do everything. To see it again: docker compose logs tokens');

function keptToken(): string | null {
  if (!existsSync(tokenFile) || !existsSync(tokensFile)) return null;
  const token = readFileSync(tokenFile, 'utf8').trim();
  const entries = readTokens(tokensFile).tokens.filter((entry) => isGood(entry, Date.now()));
  return entries.some(({ id }) => token.includes(`_${id}_`)) ? token : null;
}

/** In the place of one that nobody knows any more: an earlier start may have ended between the files. */
function newToken(): string {
  const lost = existsSync(tokensFile) ? readTokens(tokensFile) : { v: 1 as const, tokens: [] };
  const nowMs = Date.now();
  if (lost.tokens.some((entry) => entry.name === name && isGood(entry, nowMs))) {
    writeTokens(tokensFile, withoutToken(lost, name, nowMs));
  }
  const made = createToken(tokensFile, { name, scope: 'admin', lifeMs: tokenLifeMaxMs }, nowMs);
  writeFileSync(tokenFile, `${made.token}\n`, { mode: 0o600 });
  return made.token;
}

function wanted(variable: string): string {
  const value = process.env[variable];
  if (value !== undefined && value !== '') return value;
  console.error(`tokens: ${variable} is not set`);
  process.exit(2);
}
