export type { Authenticate, Caller } from './access/caller.ts';
export type { AccessConfig, OidcConfig, TlsConfig } from './access/config.ts';
export type * from './contract/index.ts';
export { type AccessEvent, openAccess } from './io/access.ts';
export {
  type Api,
  type ApiOptions,
  type ApiParts,
  type ApiStatus,
  startApi,
} from './io/api.ts';
export type { ApiEvent, ApiLog } from './io/log.ts';
export { type ApiPlan, startPlannedApi } from './io/plan.ts';
export type { StreamRoute } from './io/stream.ts';
export { type ApiWorker, startApiWorker } from './io/worker.ts';
export type { ApiRequest, Identity, Route } from './route.ts';
export type { DemoHooks } from './routes/demo.ts';
