// What routes may ask of the log itself, for what is too old to be remembered.

import type { TimelineEntry } from '../contract/timeline.ts';
import type { Place } from './timeline-entry.ts';

export type Stretch = {
  /** Newest first. */
  readonly entries: readonly TimelineEntry[];
  /** The next older record to look at; null: the log begins here. */
  readonly next: number | null;
};

export type History = {
  /**
   * Entries of a group before an offset that are wanted, at most `limit`, looking at a bounded number
   * of records. `before` null: from the end.
   */
  readonly before: (
    group: string,
    before: number | null,
    limit: number,
    wanted: (entry: TimelineEntry) => boolean,
  ) => Promise<Stretch>;
  /** One entry by its place; null: another record is there, or none. */
  readonly at: (place: Place) => Promise<TimelineEntry | null>;
  /** Entries of one incident, oldest first, at most `most`. */
  readonly incident: (
    group: string,
    id: string,
    openedMs: number,
    most: number,
  ) => Promise<readonly TimelineEntry[]>;
};
