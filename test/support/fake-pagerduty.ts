// A PagerDuty to test against: its Events API v2 by its rules, with faults on demand. The model is
// `service.ts`, without sockets; `startFakePagerDuty` puts it on loopback.

export type { AlertView, Effect, PagerDutySeverity, Transition } from './fake-pagerduty/model.ts';
export {
  type FakePagerDuty,
  type FakePagerDutyOptions,
  type JournalEntry,
  startFakePagerDuty,
} from './fake-pagerduty/server.ts';
export { handle, newService, type Service } from './fake-pagerduty/service.ts';
export { signatureHeader, type WebhookStory, webhookBody } from './fake-pagerduty/webhook.ts';
export { emptyTooMany, type Fault, tooMany } from './scripted-faults.ts';
