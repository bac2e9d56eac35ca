export { createToken, readTokens, writeTokens } from '../io/tokens.ts';
export type { AccessConfig } from './config.ts';
export { type ApiSettings, apiSettingsSchema, apiTlsSchema, oidcSchema } from './settings.ts';
export {
  isGood,
  type TokenEntry,
  type TokenScope,
  tokenLifeMaxMs,
  tokenScopes,
  withoutToken,
} from './tokens.ts';
