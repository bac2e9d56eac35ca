// One entry of the timeline in a line: what happened, then the numbers in short. The server's own
// sentence holds every number, which is right for a log and too much for a list.

import type { TimelineEntry } from '@regionpilot/api/contract';
import { plural, spaced, titled } from './format.ts';

export type EntryLine = {
  readonly head: string /** Empty: nothing more to say. */;
  readonly tail: string;
};

/** What happened, and why in short. */
export function entryLine(entry: TimelineEntry): EntryLine {
  const { event } = entry;
  switch (event.kind) {
    case 'healthChanged': {
      const { voters, engagedClients, quorum } = event.evidence;
      const seen = event.home === '*' ? '' : ` as seen from ${event.home}`;
      return {
        head: `${event.region} is ${event.to}${seen}, it was ${event.from}`,
        tail: `${voters.toLocaleString('en')} of ${plural(engagedClients, 'client')} say down, ${quorum.toLocaleString('en')} wanted`,
      };
    }
    case 'decided':
      return split(event.decision.text);
    case 'shadowDecided':
      return split(`Would have been decided, were it not for shadow: ${event.decision.text}`);
    case 'refused':
      return {
        head: refusal(event.wanted, event.region),
        tail: `${titled(event.rule)}: ${event.text}`,
      };
    case 'overrideChanged':
    case 'tiltEntered':
    case 'tiltLeft':
    case 'ownerChanged':
    case 'clientSetAside':
    case 'converged':
    case 'closed':
      return split(entry.text);
  }
}

function refusal(wanted: string, region: string): string {
  const leaving = wanted === 'regionDown' || wanted === 'regionDownFromHome';
  return leaving
    ? `Leaving ${region} was refused`
    : `${titled(spaced(wanted))} was refused for ${region}`;
}

function split(text: string): EntryLine {
  const colon = text.indexOf(': ');
  if (colon < 0) return { head: text, tail: '' };
  return { head: text.slice(0, colon), tail: text.slice(colon + 2) };
}

/** Which entries a list shows. */
export const entryFilters = ['all', 'decisions', 'health', 'people'] as const;
export type EntryFilter = (typeof entryFilters)[number];

const kindsOf: Readonly<
  Record<Exclude<EntryFilter, 'all'>, readonly TimelineEntry['event']['kind'][]>
> = {
  decisions: ['decided', 'refused', 'shadowDecided', 'converged', 'closed'],
  health: ['healthChanged', 'clientSetAside', 'tiltEntered', 'tiltLeft'],
  people: ['overrideChanged'],
};

/** The entries a filter leaves. */
export function filtered(
  entries: readonly TimelineEntry[],
  filter: EntryFilter,
): readonly TimelineEntry[] {
  if (filter === 'all') return entries;
  return entries.filter((entry) => kindsOf[filter].includes(entry.event.kind));
}
