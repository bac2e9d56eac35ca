export type {
  Ack,
  Alert,
  AlertOwner,
  AlertProbe,
  AlertRecord,
  AlertState,
  AlertsTopicRecord,
  Labels,
  Matcher,
  Notice,
  NoticeAction,
  NoticeOutcome,
  NoticeReason,
  Sent,
  Severity,
  Silence,
} from './alert.ts';
export {
  alertStates,
  alertsKey,
  matcherOps,
  noticeActions,
  noticeKey,
  noticeOutcomes,
  noticeReasons,
  severities,
} from './alert.ts';
export { alertsTopicSchemas, deliverySchema, matcherSchema } from './alert-schemas.ts';
export type { AuditRecord } from './audit.ts';
export type {
  Batch,
  BreakerReport,
  Column,
  ConnectionState,
  DropReason,
  EventKind,
} from './batch.ts';
export { at, batchLimits, column, connectionStates, dropReasons, eventKinds } from './batch.ts';
export { decodeBatch, encodeBatch } from './batch-codec.ts';
export type { Bytes, Decoded, PlainRecord, Rejection } from './codec.ts';
export {
  decodeAlertsRecord,
  decodeAudit,
  decodeDecision,
  decodeDelivery,
  decodeHeartbeat,
  decodeIncident,
  decodeOverride,
  decodePartial,
  decodePolicyOrder,
  decodeRoster,
  encodeRecord,
  rejections,
} from './codec.ts';
export type { Admission, Decision, DecisionReason, Heartbeat } from './decision.ts';
export { decisionReasons, heartbeatKey, isHeartbeatKey } from './decision.ts';
export type { AttemptResult, Delivery } from './delivery.ts';
export { attemptResults } from './delivery.ts';
export { formatDuration, parseDuration } from './duration.ts';
export type { EnvelopeInput, Headers, RecordKind } from './envelope.ts';
export { envelope } from './envelope.ts';
export type { Version } from './epoch.ts';
export { compareVersions, isNewer, noVersion } from './epoch.ts';
export type { ErrorClass, Evidence } from './error-classes.ts';
export {
  errorClasses,
  errorClassNames,
  errorClassNumber,
  isRegionEvidence,
} from './error-classes.ts';
export type { ErrorCode, ErrorDetails } from './errors.ts';
export { assert, errorCodes, PipelineError } from './errors.ts';
export type { Health, RegionEvidence, VerdictRule } from './evidence.ts';
export { healths, verdictRules } from './evidence.ts';
export { fnv1a } from './fnv.ts';
export type { Histogram, SparseHistogram } from './histogram.ts';
export {
  addSparse,
  bucketOf,
  bucketUpperUs,
  createHistogram,
  histogramBuckets,
  histogramScale,
  mergeHistogram,
  quantileUs,
  toSparse,
} from './histogram.ts';
export type {
  IncidentEvent,
  IncidentRecord,
  RejectedAlternative,
  SafetyRule,
} from './incident.ts';
export { safetyRules, tiltReasons } from './incident.ts';
export { isName, namePattern } from './names.ts';
export { nearest } from './nearest.ts';
export { auditSchema, policyOrderSchema } from './operator-schemas.ts';
export type { AutomationMode, Hold, Override } from './override.ts';
export { automationModes } from './override.ts';
export type { Partial, PartialCell, PartitionAccounts } from './partial.ts';
export type { PolicyOrder, PolicyValue } from './policy-order.ts';
export type {
  AggregatorReading,
  AlertingReading,
  Buckets,
  ByName,
  Counts,
  FailoverStage,
  FiringReading,
  GroupReading,
  LogReading,
  MoveReading,
  OrderKind,
  PartitionReading,
  ReadReading,
  ReceiverReading,
  RegionReading,
  SettingReading,
  Suppression,
  TopicsReading,
  WriteReading,
} from './readings.ts';
export { orderKinds, suppressions } from './readings.ts';
export type { DecodedRelayed, RelayedRecord, RelayMessage } from './relay.ts';
export {
  decodeRelayed,
  encodeRelayed,
  relayEvents,
  relayPath,
  signatureHeader,
} from './relay.ts';
export type { Presence, Roster, RosterColumns, RosterVerdict } from './roster.ts';
export { presenceNames, rosterLimits, rosterVerdicts } from './roster.ts';
export { rosterSchema } from './roster-schema.ts';
export {
  admissionFor,
  admitsEveryone,
  clientBucket,
  fullShare,
  preferenceOrder,
  routeOf,
} from './route.ts';
export { schemaDocuments } from './schema-documents.ts';
export {
  batchSchema,
  decisionSchema,
  heartbeatSchema,
  incidentSchema,
  overrideSchema,
  partialSchema,
} from './schemas.ts';
export type { TopicName, TopicOptions, TopicSpec } from './topics.ts';
export { partitionOf, topicCatalogue, topicDefaults, topicFullName, topicNames } from './topics.ts';
export type { AttemptId, SpanRef } from './trace.ts';
export {
  attemptSpan,
  decisionSpan,
  incidentSpan,
  isTraceparent,
  spanOf,
  spanRefIn,
  traceparentOf,
} from './trace.ts';
export type { Problem } from './validate.ts';
export { formatProblems, problemsOf, shorten } from './validate.ts';
