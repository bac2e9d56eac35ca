// Spans out of records, in the order of the log: the parts do nothing for a trace but say what they
// write anyway. Ids come from the incident, so two instances, or a replay, tell the same spans.
// Instrumenting the code paths was refused: a takeover in the middle of an outage would lose them.

import {
  attemptSpan,
  type Decision,
  type Delivery,
  decisionSpan,
  type IncidentEvent,
  type IncidentRecord,
  incidentSpan,
  spanOf,
} from '@regionpilot/protocol';
import { type Span, span } from './span.ts';
import { badSince, beginStory, note, type Story } from './story.ts';
import type { Traced } from './traced.ts';

type Event<Kind extends IncidentEvent['kind']> = Extract<IncidentEvent, { readonly kind: Kind }>;

/** Groups with an open incident; more than there can be, and a bound all the same. */
const storiesMost = 1_000;

export class Tracer {
  /** By group: a group has one incident at a time. */
  readonly #stories = new Map<string, Story>();

  /** The spans that this completes; most things complete none. */
  hear(traced: Traced): readonly Span[] {
    switch (traced.kind) {
      case 'incident':
        return this.#hearRecord(traced.record);
      case 'published':
        return published(traced.decision, traced.sentMs, traced.readBackMs);
      case 'attempt':
        return traced.incident === null ? [] : [attempted(traced.incident, traced.delivery)];
    }
  }

  #hearRecord(record: IncidentRecord): readonly Span[] {
    const { group, incident, event } = record;
    if (incident === null) return [];
    const story = this.#story(group, incident, record.atMs);
    note(story, record);
    switch (event.kind) {
      case 'healthChanged':
        return healthChanged(story, record, event);
      case 'decided':
        return [decided(story, event.decision)];
      case 'converged':
        return [converged(incident, record, event)];
      case 'closed':
        this.#stories.delete(group);
        return [closed(story, record)];
      case 'refused':
      case 'shadowDecided':
      case 'tiltEntered':
      case 'tiltLeft':
      case 'overrideChanged':
      case 'ownerChanged':
      case 'clientSetAside':
        return [];
    }
  }

  #story(group: string, incident: string, atMs: number): Story {
    const known = this.#stories.get(group);
    if (known?.incident === incident) return known;
    const story = beginStory(incident, atMs);
    this.#stories.delete(group);
    const [oldest] = this.#stories.keys();
    if (oldest !== undefined && this.#stories.size >= storiesMost) this.#stories.delete(oldest);
    this.#stories.set(group, story);
    return story;
  }
}

function healthChanged(
  story: Story,
  { group, atMs, incident }: IncidentRecord,
  { region, home, to, evidence }: Event<'healthChanged'>,
): readonly Span[] {
  const where = `${home} ${region}`;
  if (to !== 'suspect' && to !== 'down') {
    story.badSinceMs.delete(where);
    return [];
  }
  const sinceMs = story.badSinceMs.get(where) ?? badSince(atMs, evidence);
  story.firstBadMs = Math.min(story.firstBadMs, sinceMs);
  story.badSinceMs.set(where, sinceMs);
  if (to === 'suspect' || incident === null) return [];
  story.downMs = atMs;
  const { rule, voters, engagedClients: engaged } = evidence;
  const place = {
    ref: spanOf(incident, 'regionpilot.detect', `${where} ${atMs}`),
    parent: incidentSpan(incident),
  };
  const attributes = { group, region, home, rule, voters, engaged };
  return [span('regionpilot.detect', place, [sinceMs, atMs], attributes)];
}

function decided(story: Story, decision: Decision): Span {
  const { group, reason, term, epoch, atMs } = decision;
  const { incident } = story;
  const leaves = reason === 'regionDown' || reason === 'regionDownFromHome';
  const sinceMs = leaves ? (story.downMs ?? atMs) : atMs;
  if (leaves) story.downMs = null;
  const place = { ref: decisionSpan(incident, decision), parent: incidentSpan(incident) };
  return span('regionpilot.decide', place, [sinceMs, atMs], { group, reason, term, epoch });
}

function published(decision: Decision, sentMs: number, readBackMs: number): readonly Span[] {
  const { incident, group, term, epoch } = decision;
  if (incident === null) return [];
  const place = below(incident, 'regionpilot.publish', decision);
  return [span('regionpilot.publish', place, [sentMs, readBackMs], { group, term, epoch })];
}

function converged(
  incident: string,
  { group, atMs }: IncidentRecord,
  event: Event<'converged'>,
): Span {
  const { term, epoch, clients, tookMs } = event;
  const place = below(incident, 'regionpilot.converge', event);
  const attributes = { group, term, epoch, clients };
  return span('regionpilot.converge', place, [atMs - tookMs, atMs], attributes);
}

function closed({ incident, firstBadMs, events }: Story, { group, atMs }: IncidentRecord): Span {
  const place = { ref: incidentSpan(incident), parent: null };
  const attributes = { incident, group };
  return span('regionpilot.incident', place, [firstBadMs, atMs], attributes, { events });
}

function attempted(incident: string, delivery: Delivery): Span {
  const { receiver, result, action, reason, severity, attempt, status, error } = delivery;
  const { startedMs, tookMs } = delivery;
  const place = { ref: attemptSpan(incident, delivery), parent: incidentSpan(incident) };
  const attributes = {
    receiver,
    result,
    action,
    reason,
    severity,
    attempt,
    'http.response.status_code': status,
    'error.type': error === null ? null : result,
  };
  const times = [startedMs, startedMs + tookMs] as const;
  return span('regionpilot.alert.deliver', place, times, attributes, { error });
}

function below(
  incident: string,
  name: 'regionpilot.publish' | 'regionpilot.converge',
  decision: { readonly term: number; readonly epoch: number },
): Pick<Span, 'ref' | 'parent'> {
  const ref = spanOf(incident, name, `${decision.term}.${decision.epoch}`);
  return { ref, parent: decisionSpan(incident, decision) };
}
