// A group's records cut into stories. An incident is one; what happened between two incidents
// (orders, new owners) is a quiet story of its own, because it too can be why things are as they are.

import type { IncidentRecord } from '@regionpilot/protocol';

export type Story = {
  /** Null: nothing was wrong, yet something happened. */
  readonly incident: string | null;
  readonly startMs: number;
  readonly records: readonly IncidentRecord[];
};

/** Stories in order of their start, from records in log order; a repeated record counts once. */
export function storiesOf(records: readonly IncidentRecord[]): readonly Story[] {
  const seen = new Set<string>();
  const stories: { incident: string | null; startMs: number; records: IncidentRecord[] }[] = [];
  for (const record of records) {
    const text = JSON.stringify(record);
    if (seen.has(text)) continue;
    seen.add(text);
    const { incident, atMs } = record;
    const open =
      incident === null ? openStory(stories) : stories.find((story) => story.incident === incident);
    if (open === undefined) stories.push({ incident, startMs: atMs, records: [record] });
    else open.records.push(record);
  }
  return stories;
}

/** A record outside of any incident belongs to the last story, unless that is an incident now over. */
function openStory<Some extends Story>(stories: readonly Some[]): Some | undefined {
  const last = stories.at(-1);
  const over = last?.incident !== null && last?.records.at(-1)?.event.kind === 'closed';
  return over ? undefined : last;
}

/** The last `n` incidents and all that happened since the first of them. Without any: everything. */
export function lastStories(stories: readonly Story[], n: number): readonly Story[] {
  const incidents = stories.flatMap((story, i) => (story.incident === null ? [] : [i]));
  return stories.slice(incidents.at(-n) ?? incidents[0] ?? 0);
}

/** The story a moment falls into: the last that had begun by then. */
export function storyAt(stories: readonly Story[], atMs: number): readonly Story[] {
  const story = stories.findLast(({ startMs }) => startMs <= atMs);
  return story === undefined ? [] : [story];
}

/** Is the story's beginning surely among the records read since `sinceMs`? */
export function isWhole({ incident }: Story, sinceMs: number): boolean {
  const openedMs = Number(incident?.split('/').at(-1));
  return openedMs >= sinceMs;
}
