// PagerDuty's checks of an event, with its texts where they have been seen in the wild, and its
// pattern of words where they have not. An event that fails one is refused whole.

import { type AlertEvent, type PagerDutySeverity, pagerDutySeverities } from './model.ts';

/** "512 KB". Alertmanager keeps under 512,000 bytes; only that is safe for both readings. */
export const maxBodyBytes = 512_000;
const maxSummary = 1_024;
const maxDedupKey = 255;

export type Json = Readonly<Record<string, unknown>>;

export type ChangeEvent = {
  readonly routingKey: string;
  readonly summary: string;
  readonly source: string | null;
};

export type Checked<Event> =
  | { readonly kind: 'valid'; readonly event: Event }
  | { readonly kind: 'invalid'; readonly errors: readonly string[] };

/** A trigger without a dedup key gets `newKey()`. */
export function checkAlertEvent(body: Json, newKey: () => string): Checked<AlertEvent> {
  const { event_action: action } = body;
  const errors = [
    ...routingKeyErrors(body['routing_key']),
    ...actionErrors(action),
    ...dedupKeyErrors(body['dedup_key'], action),
    ...(action === 'trigger' ? triggerErrors(body) : []),
  ];
  if (errors.length > 0) return { kind: 'invalid', errors };
  const routingKey = String(body['routing_key']);
  const dedupKey = isBlank(body['dedup_key']) ? newKey() : String(body['dedup_key']);
  if (action !== 'trigger') {
    const verb = action === 'resolve' ? 'resolve' : 'acknowledge';
    return { kind: 'valid', event: { action: verb, routingKey, dedupKey } };
  }
  const { summary, severity } = objectIn(body, 'payload');
  const told = { summary: String(summary), severity: severity as PagerDutySeverity };
  return { kind: 'valid', event: { action, routingKey, dedupKey, ...told } };
}

export function checkChangeEvent(body: Json): Checked<ChangeEvent> {
  const { routing_key: key } = body;
  const payload = objectIn(body, 'payload');
  const { summary, source } = payload;
  const errors = [
    ...routingKeyErrors(key),
    ...(typeof key === 'string' && key.startsWith('R') ? ['Invalid routing key'] : []),
    ...summaryErrors(summary),
    ...timestampErrors(payload['timestamp']),
    ...linkErrors(body['links']),
    ...detailsErrors(payload['custom_details']),
  ];
  if (errors.length > 0) return { kind: 'invalid', errors };
  const from = typeof source === 'string' ? source : null;
  return {
    kind: 'valid',
    event: { routingKey: String(key), summary: String(summary), source: from },
  };
}

export function objectIn(body: Json, field: string): Json {
  const value = body[field];
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function routingKeyErrors(key: unknown): readonly string[] {
  if (isBlank(key)) return ["'routing_key' is missing or blank"];
  const text = String(key);
  return [
    ...(text.length === 32
      ? []
      : ["Length of 'routing_key' is incorrect (should be 32 characters)"]),
    ...(/^[a-z0-9]*$/i.test(text)
      ? []
      : ["'routing_key' cannot contain non-alphanumeric characters."]),
  ];
}

function actionErrors(action: unknown): readonly string[] {
  if (isBlank(action)) return ["'event_action' is missing or blank"];
  if (action === 'trigger' || action === 'acknowledge' || action === 'resolve') return [];
  return [
    "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
  ];
}

function dedupKeyErrors(key: unknown, action: unknown): readonly string[] {
  if (isBlank(key)) return action === 'trigger' ? [] : ["'dedup_key' is missing or blank"];
  return [...String(key)].length > maxDedupKey
    ? [`'dedup_key' is too long (maximum is ${maxDedupKey} characters)`]
    : [];
}

function triggerErrors(body: Json): readonly string[] {
  const payload = objectIn(body, 'payload');
  return [
    ...summaryErrors(payload['summary']),
    ...(isBlank(payload['source']) ? ["'payload.source' is missing or blank"] : []),
    ...severityErrors(payload['severity']),
    ...timestampErrors(payload['timestamp']),
    ...detailsErrors(payload['custom_details']),
    ...linkErrors(body['links']),
    ...imageErrors(body['images']),
  ];
}

function summaryErrors(summary: unknown): readonly string[] {
  if (isBlank(summary)) return ["'payload.summary' is missing or blank"];
  return [...String(summary)].length > maxSummary
    ? [`Description is too long (maximum is ${maxSummary} characters)`]
    : [];
}

function severityErrors(severity: unknown): readonly string[] {
  if (isBlank(severity)) return ["'payload.severity' is missing or blank"];
  if (pagerDutySeverities.some((known) => known === severity)) return [];
  return [
    "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
  ];
}

function timestampErrors(timestamp: unknown): readonly string[] {
  if (timestamp === undefined || timestamp === null) return [];
  const isIso = typeof timestamp === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(timestamp);
  return isIso ? [] : ["'payload.timestamp' is invalid (must be ISO 8601)"];
}

function detailsErrors(details: unknown): readonly string[] {
  return details === undefined || details === null || isObject(details)
    ? []
    : ["'payload.custom_details' is invalid (must be an object)"];
}

function linkErrors(links: unknown): readonly string[] {
  return each(links, 'links', (link) => (isBlank(link['href']) ? 'href' : null));
}

function imageErrors(images: unknown): readonly string[] {
  return each(images, 'images', ({ src }) =>
    typeof src === 'string' && src.startsWith('https://') ? null : 'src',
  );
}

/** `bad` names the field that is missing or wrong. */
function each(list: unknown, name: string, bad: (item: Json) => string | null): readonly string[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return [`'${name}' is invalid (must be an array)`];
  return list.flatMap((item: unknown) => {
    const field = isObject(item) ? bad(item) : 'item';
    return field === null ? [] : [`'${name}.${field}' is missing or blank`];
  });
}

function isBlank(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === '';
}
