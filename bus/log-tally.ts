// What one process wrote to the log and was handed by it: two numbers per call and topic, kept where
// every call passes, so that no part has to remember to count.

import {
  bucketOf,
  createHistogram,
  type Histogram,
  type LogReading,
  PipelineError,
  type ReadReading,
  type WriteReading,
} from '@regionpilot/protocol';

type Write = WriteReading & { records: number; readonly latency: Histogram };
type Read = ReadReading & { records: number };

/** Owns the counts of one process, whatever number of buses it has. */
export class LogTally {
  readonly #kind: LogReading['kind'];
  readonly #writes = new Map<string, Write>();
  readonly #reads = new Map<string, Read>();

  constructor(kind: LogReading['kind']) {
    this.#kind = kind;
  }

  /** One call ended. @param failure What it threw; undefined: all is stored. */
  wrote(topic: string, records: number, tookMs: number, failure?: unknown): void {
    const error = failure === undefined ? null : errorTypeOf(failure);
    const key = `${topic} ${error ?? ''}`;
    const write = this.#writes.get(key) ?? { topic, error, records: 0, latency: createHistogram() };
    write.records += records;
    const bucket = bucketOf(tookMs * 1_000);
    write.latency[bucket] = (write.latency[bucket] ?? 0) + 1;
    this.#writes.set(key, write);
  }

  /** @param group null: of a reader that belongs to none. */
  read(topic: string, group: string | null, records: number): void {
    const key = `${topic} ${group ?? ''}`;
    const read = this.#reads.get(key);
    if (read === undefined) this.#reads.set(key, { topic, group, records });
    else read.records += records;
  }

  reading(): LogReading {
    return {
      kind: this.#kind,
      writes: [...this.#writes.values()],
      reads: [...this.#reads.values()],
    };
  }
}

/** A closed list; `_OTHER` is the convention's word for the rest. */
function errorTypeOf(failure: unknown): string {
  return failure instanceof PipelineError ? failure.code : '_OTHER';
}
