// What PagerDuty makes of events that passed its checks: alerts per routing key and dedup key. Events
// that match nothing open are taken and forgotten, which is why a 202 proves nothing.

export const pagerDutySeverities = ['critical', 'error', 'warning', 'info'] as const;
export type PagerDutySeverity = (typeof pagerDutySeverities)[number];

export type AlertEvent =
  | {
      readonly action: 'trigger';
      readonly routingKey: string;
      readonly dedupKey: string;
      readonly summary: string;
      readonly severity: PagerDutySeverity;
    }
  | {
      readonly action: 'acknowledge' | 'resolve';
      readonly routingKey: string;
      readonly dedupKey: string;
    };

export type AlertState = 'open' | 'acknowledged' | 'resolved';

/** What became of an event. Only `rang` woke somebody. */
export type Effect = 'rang' | 'opened' | 'appended' | 'acknowledged' | 'resolved' | 'dropped';

export type Transition = {
  readonly atMs: number;
  readonly action: AlertEvent['action'];
  readonly effect: Effect;
  /** A person's name where it was done in PagerDuty itself; null: by an event. */
  readonly by: string | null;
};

/** Everything ever said about one dedup key under one routing key. */
export type AlertView = {
  readonly routingKey: string;
  readonly dedupKey: string;
  /** Of the newest incident; null while there never was one. */
  readonly state: AlertState | null;
  /** As told last; null before the first trigger. */
  readonly summary: string | null;
  readonly severity: PagerDutySeverity | null;
  /** Alerts opened: one, and one more for each trigger after a resolve. */
  readonly incidents: number;
  /** Triggers of severity critical or error on a key that was not open. */
  readonly pages: number;
  /** Dropped events too, in order. */
  readonly log: readonly Transition[];
};

/** By routing key and dedup key; the order is that of the first event. */
export type Alerts = Map<string, AlertView>;

/** Takes one event. `silent`: a disabled service or one in maintenance, which drops everything. */
export function takeEvent(
  alerts: Alerts,
  event: AlertEvent,
  atMs: number,
  by: string | null = null,
  silent = false,
): Effect {
  const { routingKey, dedupKey, action } = event;
  const key = `${routingKey}/${dedupKey}`;
  const known = alerts.get(key) ?? unheard(routingKey, dedupKey);
  const effect = silent ? 'dropped' : effectOn(known.state, event);
  const log = [...known.log, { atMs, action, effect, by }];
  alerts.set(key, { ...known, ...changes(known, event, effect), log });
  return effect;
}

function unheard(routingKey: string, dedupKey: string): AlertView {
  const never = { state: null, summary: null, severity: null };
  return { routingKey, dedupKey, ...never, incidents: 0, pages: 0, log: [] };
}

function effectOn(state: AlertView['state'], event: AlertEvent): Effect {
  const isOpen = state === 'open' || state === 'acknowledged';
  switch (event.action) {
    case 'trigger':
      if (isOpen) return 'appended';
      return event.severity === 'critical' || event.severity === 'error' ? 'rang' : 'opened';
    case 'acknowledge':
      return isOpen ? 'acknowledged' : 'dropped';
    case 'resolve':
      return isOpen ? 'resolved' : 'dropped';
  }
}

function changes(known: AlertView, event: AlertEvent, effect: Effect): Partial<AlertView> {
  const told =
    event.action === 'trigger' ? { summary: event.summary, severity: event.severity } : {};
  switch (effect) {
    case 'rang':
    case 'opened': {
      const pages = known.pages + (effect === 'rang' ? 1 : 0);
      return { ...told, state: 'open', incidents: known.incidents + 1, pages };
    }
    case 'appended':
      return told;
    case 'acknowledged':
    case 'resolved':
      return { state: effect };
    case 'dropped':
      return {};
  }
}
