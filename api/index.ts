export type { Authenticate, Caller } from './access/caller.ts';
export type { AccessConfig, OidcConfig, TlsConfig } from './access/config.ts';
export {
  isGood,
  type TokenEntry,
  type TokenScope,
  tokenLifeMaxMs,
  tokenScopes,
  withoutToken,
} from './access/tokens.ts';
export type * from './contract/index.ts';
export { type AccessEvent, openAccess } from './io/access.ts';
export { createToken, readTokens, writeTokens } from './io/tokens.ts';
