export type { Alerting, AlertingOptions, AlertingStatus } from './alerting.ts';
export type { AlertsInput } from './config/input.ts';
export type { ReadAlerts } from './config/parse.ts';
export { alertingConfig, parseAlertsFile, readAlertsFile } from './config/parse.ts';
export type { AlertingConfig, Beat, Flapping } from './config.ts';
export type { DeliveryStatus } from './delivery/delivery.ts';
export type { Fact } from './fact.ts';
export { dedupKeyOf, deploymentIn, fingerprintOf } from './fingerprint.ts';
export { startAlerting } from './io/alerting.ts';
export {
  type Inbound,
  type InboundEvent,
  type InboundOptions,
  startInbound,
} from './io/inbound.ts';
export { openReceivers, type Receivers } from './io/receivers/open.ts';
export { readSecrets } from './io/receivers/secrets.ts';
export type { Ledger } from './ledger.ts';
export { createLedger, enter, forget, ofKind } from './ledger.ts';
export type { AlertingEvent, AlertingLog } from './log.ts';
export {
  compileMatchers,
  formatMatcher,
  type LabelTest,
  matcherProblems,
  type ParsedMatcher,
  parseMatcher,
} from './notify/matchers.ts';
export { expire, isFiring } from './notify/merge.ts';
export { explainRoutes, type RouteExplanation, viewOf } from './notify/routing.ts';
export { endedSilence, mutesEveryPage, openStoriesOf, operatorAck } from './operator.ts';
export type { Receiver, ReceiverKind, Secrets } from './receiver.ts';
export type { AttemptOutcome, Deliver } from './receivers/port.ts';
export { secretFilesOf } from './receivers/secret-files.ts';
export {
  type AlertsReplay,
  endReplay,
  hearReplayed,
  openReplay,
  type Replay,
  type ReplayedPage,
  replayAlerts,
} from './replay.ts';
export {
  compareReplays,
  type PagePair,
  type ReplayComparison,
  type ReplaySummary,
} from './replay-compare.ts';
export type { InhibitRule, Rhythm, Route } from './route.ts';
export type { BurnWindow, ChangeEvent, Condition, Rule, SignalName } from './rule.ts';
export { signalNames, signals } from './rule.ts';
export {
  type AlertsFold,
  type AlertsLogEntry,
  type AlertsView,
  ackOf,
  addEntry,
  foldAlerts,
  openFold,
  viewOfFold,
} from './topic-view.ts';
export type { AlertingObserved, ObserveAlerting } from './trace.ts';
