// Where a follower reads next. A batch without records (compaction leaves such) is stepped over by
// the decoder's mend; should one get past that, the answer comes back empty although the log goes
// on, again and again, and the follower has to step over it by itself.

export type Fetched = {
  /** Offset of the last record of the answer, content or not; null when it held none. */
  readonly lastOffset: number | null;
  /** The partition's end as of the answer. */
  readonly highWatermark: number;
};

export type Place = {
  readonly position: number;
  /** Answers in a row that were empty before the end. */
  readonly stuck: number;
};

/** Empty answers before the end that are believed to be an accident of the answer's size limit. */
const patience = 20;

/**
 * The last record before the end is enough to go on from: decisions are full snapshots. So a reader
 * that is stuck goes there, and past it if that does not help either.
 */
export function nextPlace({ position, stuck }: Place, fetched: Fetched): Place {
  const { lastOffset, highWatermark } = fetched;
  if (lastOffset !== null && lastOffset >= position) return { position: lastOffset + 1, stuck: 0 };
  if (highWatermark <= position) return { position, stuck: 0 };
  if (stuck < patience) return { position, stuck: stuck + 1 };
  return { position: Math.max(position + 1, highWatermark - 1), stuck: 0 };
}
