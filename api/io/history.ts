/** Reads the incidents topic backwards in pieces, never more than a bound of records for one answer. */
import type { Bus } from '@regionpilot/bus';
import { partitionOf } from '@regionpilot/protocol';
import type { TimelineEntry } from '../contract/timeline.ts';
import type { History, Stretch } from '../model/history.ts';
import { readIncident, timelineEntry } from '../model/timeline-entry.ts';

const pieceRecords = 500;
/** Most records looked at for one answer. */
const looksMost = 10_000;

export function openHistory(bus: Bus, topic: string): History {
  const read = async (
    partition: number,
    from: { readonly offset: number } | { readonly appendedMs: number },
    until: number,
    each: (entry: TimelineEntry) => boolean,
  ): Promise<void> => {
    for await (const record of bus.read({ topic, partition, from, until })) {
      const incident = readIncident(record.value);
      if (incident !== null && !each(timelineEntry(incident, record))) return;
    }
  };
  const placeOf = async (group: string) => {
    const ends = await bus.ends(topic);
    const partition = partitionOf(group, Math.max(1, ends.length));
    const at = ends.find((each) => each.partition === partition);
    return { partition, start: at?.start ?? 0, end: at?.end ?? 0 };
  };
  return {
    before: async (group, before, limit, wanted): Promise<Stretch> => {
      const { partition, start, end } = await placeOf(group);
      const found: TimelineEntry[] = [];
      let until = Math.min(before ?? end, end);
      const floor = Math.max(start, until - looksMost);
      while (until > floor && found.length < limit) {
        const from = Math.max(floor, until - pieceRecords);
        const piece: TimelineEntry[] = [];
        await read(partition, { offset: from }, until, (entry) => {
          if (entry.group === group && wanted(entry)) piece.push(entry);
          return true;
        });
        found.push(...piece.reverse());
        until = from;
      }
      const entries = found.slice(0, limit);
      if (found.length > limit) return { entries, next: offsetOf(entries.at(-1)) };
      return { entries, next: until > start ? until : null };
    },
    at: async ({ partition, offset }) => {
      const there = (await bus.ends(topic)).find((each) => each.partition === partition);
      if (there === undefined || offset < there.start || offset >= there.end) return null;
      let found: TimelineEntry | null = null;
      await read(partition, { offset }, offset + 1, (entry) => {
        found = entry;
        return false;
      });
      return found;
    },
    incident: async (group, id, openedMs, most) => {
      const { partition, end } = await placeOf(group);
      const entries: TimelineEntry[] = [];
      let looked = 0;
      await read(partition, { appendedMs: Math.max(0, openedMs - 60_000) }, end, (entry) => {
        looked++;
        if (entry.incident === id) entries.push(entry);
        const isOver = entry.incident === id && entry.event.kind === 'closed';
        return !isOver && entries.length < most && looked < looksMost;
      });
      return entries;
    },
  };
}

/** Ids are `<partition>-<offset>`. */
function offsetOf(entry: TimelineEntry | undefined): number | null {
  return entry === undefined ? null : Number(entry.id.split('-')[1]);
}
