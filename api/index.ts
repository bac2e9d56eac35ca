export type { Authenticate, Caller } from './access/caller.ts';
export type { AccessConfig, OidcConfig, TlsConfig } from './access/config.ts';
export type * from './contract/index.ts';
export { type AccessEvent, openAccess } from './io/access.ts';
