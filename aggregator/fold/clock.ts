// The partition's watermark: how far event time has come. The log's own clock leads (stamps of
// clients are untrusted, ours belongs to another machine); while the log is silent our clock carries
// it on, because silence is a signal and must not stop time. Bytewax does the same; pure event time,
// as in Kafka Streams, never notices that everybody went quiet.

export type FoldClock = {
  /** Never falls. ms since 1970, log time. */
  watermarkMs: number;
  /** Watermark of the first record: the begin of what was folded. */
  startMs: number;
  hasRecords: boolean;
  /** Log time of the last record, and how much of our own time passed since. */
  lastAppendedMs: number;
  silentMs: number;
  /** Our clock when last told. */
  nowMs: number;
};

/** Our clock may carry the watermark by at most this per call: a jump of it is not silence. */
const stepMaxMs = 1_000;

export function createClock(): FoldClock {
  return {
    watermarkMs: 0,
    startMs: 0,
    hasRecords: false,
    lastAppendedMs: 0,
    silentMs: 0,
    nowMs: Number.NaN,
  };
}

export function clockRecord(clock: FoldClock, appendedMs: number, nowMs: number): void {
  clock.nowMs = nowMs;
  clock.lastAppendedMs = appendedMs;
  clock.silentMs = 0;
  if (!clock.hasRecords) {
    clock.hasRecords = true;
    clock.startMs = appendedMs;
    clock.watermarkMs = appendedMs;
  } else if (appendedMs > clock.watermarkMs) {
    clock.watermarkMs = appendedMs;
  }
}

/** Measured from the last record and not from the last watermark, so an overshoot heals itself. */
export function clockTick(clock: FoldClock, nowMs: number): void {
  const passed = nowMs - clock.nowMs;
  clock.nowMs = nowMs;
  if (!clock.hasRecords) return;
  if (passed > 0) clock.silentMs += Math.min(passed, stepMaxMs);
  clock.watermarkMs = Math.max(clock.watermarkMs, clock.lastAppendedMs + clock.silentMs);
}
