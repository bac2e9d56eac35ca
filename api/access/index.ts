export { createToken, readTokens, writeTokens } from '../io/tokens.ts';
export {
  isGood,
  type TokenEntry,
  type TokenScope,
  tokenLifeMaxMs,
  tokenScopes,
  withoutToken,
} from './tokens.ts';
