// PagerDuty's Events API as a function: path and body in, answer and effect out. Without sockets and
// on the caller's clock, so that a simulation can stand on it as well as the server does.

import {
  type ChangeEvent,
  checkAlertEvent,
  checkChangeEvent,
  isObject,
  type Json,
  maxBodyBytes,
} from './checks.ts';
import { type Calls, type Limit, letIn } from './limiter.ts';
import { type AlertEvent, type Alerts, type Effect, takeEvent } from './model.ts';

export type Answer = { readonly status: number; readonly body: string };

export type Change = ChangeEvent & { readonly atMs: number };

/** What an accepted request will do; `refused` does nothing. */
export type Intent =
  | { readonly kind: 'alert'; readonly event: AlertEvent }
  | { readonly kind: 'change'; readonly event: ChangeEvent }
  | { readonly kind: 'refused' };

export type Verdict = { readonly answer: Answer; readonly intent: Intent };

export type ServiceOptions = {
  /** Default 120 in 60 s, sliding, per routing key. */
  readonly limit: Limit;
  /** Keys of existing integrations; null: every well-formed one. */
  readonly routingKeys: readonly string[] | null;
};

export type Service = {
  readonly options: ServiceOptions;
  readonly alerts: Alerts;
  readonly changes: Change[];
  readonly calls: Calls;
  /** Routing keys of services that are disabled or in maintenance: 202, and nothing opens. */
  readonly silent: Set<string>;
  made: number;
};

export function newService(options: Partial<ServiceOptions> = {}): Service {
  const limit = options.limit ?? { calls: 120, windowMs: 60_000 };
  return {
    options: { limit, routingKeys: options.routingKeys ?? null },
    alerts: new Map(),
    changes: [],
    calls: new Map(),
    silent: new Set(),
    made: 0,
  };
}

/** Answers a request; what it intends takes place only by `perform`, perhaps much later. */
export function judge(service: Service, path: string, body: string, nowMs: number): Verdict {
  if (path !== '/v2/enqueue' && path !== '/v2/change/enqueue') return refused(404, '');
  if (utf8Bytes(body) > maxBodyBytes) return invalid(['Event is too large (maximum is 512 KB)']);
  const json = parsed(body);
  if (json === null) return refused(400, notJson);
  return path === '/v2/enqueue'
    ? judgeAlert(service, json, nowMs)
    : judgeChange(service, json, nowMs);
}

/** Lets an accepted event take effect. */
export function perform(service: Service, intent: Intent, atMs: number): Effect | null {
  switch (intent.kind) {
    case 'alert': {
      const isSilent = service.silent.has(intent.event.routingKey);
      return takeEvent(service.alerts, intent.event, atMs, null, isSilent);
    }
    case 'change':
      service.changes.push({ ...intent.event, atMs });
      return null;
    case 'refused':
      return null;
  }
}

/** Judges and performs at once: the whole API for a simulation. */
export function handle(service: Service, path: string, body: string, nowMs: number): Answer {
  const { answer, intent } = judge(service, path, body, nowMs);
  perform(service, intent, nowMs);
  return answer;
}

function judgeAlert(service: Service, body: Json, nowMs: number): Verdict {
  const checked = checkAlertEvent(body, () => newKey(service));
  if (checked.kind === 'invalid') return invalid(checked.errors);
  const { event } = checked;
  const refusal = refusalOf(service, event.routingKey, nowMs);
  if (refusal !== null) return refusal;
  const success = { status: 'success', message: 'Event processed', dedup_key: event.dedupKey };
  return {
    answer: { status: 202, body: JSON.stringify(success) },
    intent: { kind: 'alert', event },
  };
}

function judgeChange(service: Service, body: Json, nowMs: number): Verdict {
  const checked = checkChangeEvent(body);
  if (checked.kind === 'invalid') return invalid(checked.errors);
  const { event } = checked;
  const refusal = refusalOf(service, event.routingKey, nowMs);
  if (refusal !== null) return refusal;
  const success = { status: 'success', message: 'Change event processed' };
  return {
    answer: { status: 202, body: JSON.stringify(success) },
    intent: { kind: 'change', event },
  };
}

function refusalOf(service: Service, routingKey: string, nowMs: number): Verdict | null {
  const { routingKeys, limit } = service.options;
  if (routingKeys !== null && !routingKeys.includes(routingKey)) {
    return invalid(['Invalid routing key']);
  }
  return letIn(service.calls, routingKey, nowMs, limit) ? null : refused(429, '');
}

/** Looks like the UUID of the real one, but is the same in every run. */
function newKey(service: Service): string {
  service.made += 1;
  return `00000000-0000-4000-8000-${String(service.made).padStart(12, '0')}`;
}

function invalid(errors: readonly string[]): Verdict {
  const body = { status: 'invalid event', message: 'Event object is invalid', errors };
  return refused(400, JSON.stringify(body));
}

function refused(status: number, body: string): Verdict {
  return { answer: { status, body }, intent: { kind: 'refused' } };
}

/** The schema's own example for what is no JSON object. */
const notJson = JSON.stringify({
  status: 'Unrecognized object',
  message: 'Event object format is unrecognized',
  errors: ['JSON parse error'],
});

function parsed(body: string): Json | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
