// From notices to wakings: one page is one story about the same alerts, however many receivers were
// told of it and however often it was said again. Time to page counts from the first bad event where
// the page is the first of its incident, since that is what callers felt.

import type { Alert } from '@regionpilot/protocol';
import type { Fact } from './fact.ts';
import type { NoticeDraft } from './notify/input.ts';
import type { Replay, ReplayedPage } from './replay.ts';

export type Stories = {
  /** Group → when its open incident began, until somebody was paged for it. */
  readonly opened: Map<string, number>;
  /** Receiver and dedup key → the page it holds. */
  readonly open: Map<string, OpenPage>;
  readonly pages: OpenPage[];
};

export type OpenPage = { -readonly [Field in keyof ReplayedPage]: ReplayedPage[Field] } & {
  /** Receivers and keys that hold it still. */
  readonly holders: Set<string>;
};

/** Incidents name the moment of their first bad event. */
export function hearStory({ opened }: Stories, fact: Fact): void {
  if (fact.kind !== 'incident') return;
  const { group, incident, event } = fact.record;
  const openedMs = Number(incident?.slice(incident.lastIndexOf('/') + 1) ?? Number.NaN);
  if (event.kind === 'closed') opened.delete(group);
  else if (Number.isFinite(openedMs) && !opened.has(`${group}/${openedMs}`)) {
    opened.set(`${group}/${openedMs}`, openedMs);
    opened.set(group, openedMs);
  }
}

export function tellStory({ stories }: Pick<Replay, 'stories'>, draft: NoticeDraft): void {
  const holder = `${draft.receiver}/${draft.dedupKey}`;
  const held = stories.open.get(holder);
  const pages = draft.action === 'trigger' && draft.severity === 'page' && draft.firing.length > 0;
  if (pages) return held === undefined ? wake(stories, holder, draft) : add(held, draft);
  if (draft.action === 'acknowledge' || held === undefined) return;
  stories.open.delete(holder);
  held.holders.delete(holder);
  if (held.holders.size === 0) held.endedMs = draft.atMs;
}

function wake(stories: Stories, holder: string, draft: NoticeDraft): void {
  const told = new Set(draft.firing);
  const same = stories.open
    .values()
    .find((page) => page.fingerprints.some((each) => told.has(each)));
  const page = same ?? newPage(stories, draft);
  if (same === undefined) stories.pages.push(page);
  page.holders.add(holder);
  stories.open.set(holder, page);
  add(page, draft);
}

function newPage(stories: Stories, draft: NoticeDraft): OpenPage {
  const { dedupKey, groupLabels, atMs, alerts } = draft;
  return {
    dedupKey,
    groupLabels,
    alerts: [],
    fingerprints: [],
    receivers: [],
    summary: alerts[0]?.summary ?? '',
    atMs,
    endedMs: null,
    timeToPageMs: Math.max(0, atMs - beganMs(stories, draft)),
    holders: new Set(),
  };
}

function beganMs({ opened }: Stories, { alerts, atMs }: NoticeDraft): number {
  const starts = alerts.filter(({ state }) => state !== 'resolved').map(({ startsMs }) => startsMs);
  const incidents = groupsOf(alerts).flatMap((group) => {
    const openedMs = opened.get(group);
    opened.delete(group);
    return openedMs ?? [];
  });
  return Math.min(atMs, ...starts, ...incidents);
}

function groupsOf(alerts: readonly Alert[]): readonly string[] {
  return [...new Set(alerts.flatMap(({ labels }) => labels['group'] ?? []))];
}

function add(page: OpenPage, { alerts, firing, receiver }: NoticeDraft): void {
  const names = alerts.map(({ labels }) => labels['alertname'] ?? '');
  page.alerts = merged(page.alerts, names);
  page.fingerprints = merged(page.fingerprints, firing);
  page.receivers = merged(page.receivers, [receiver]);
}

function merged(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])];
}
