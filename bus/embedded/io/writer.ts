// All writes of one process go through here: those of one turn of the event loop share a transaction,
// so that hundreds of light clients cost one commit, not hundreds. A file that another process is
// writing is waited for by a timer, never by a blocked event loop.

import type { DatabaseSync } from 'node:sqlite';
import { PipelineError } from '@regionpilot/protocol';
import type { Changes } from './changes.ts';

const busyRetryMs = 20;
const busyGiveUpMs = 5_000;

export type Writer = {
  /**
   * Runs `job` inside the next transaction and resolves when that is committed. A job that throws
   * must do so before its first write. `channels` are woken after the commit.
   */
  readonly write: <Value>(channels: readonly string[], job: () => Value) => Promise<Value>;
  /** Reason of the last failed transaction, until one succeeds. */
  readonly trouble: () => { readonly sinceMs: number; readonly reason: string } | null;
  /** Resolves when nothing waits any more. */
  readonly drained: () => Promise<void>;
};

type Job = {
  readonly run: () => void;
  readonly channels: readonly string[];
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
  readonly queuedMs: number;
};

export function createWriter(db: DatabaseSync, changes: Changes): Writer {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  let waiting: Job[] = [];
  let scheduled = false;
  let trouble: { readonly sinceMs: number; readonly reason: string } | null = null;
  const onDrained: (() => void)[] = [];

  const schedule = (delayMs: number): void => {
    if (scheduled) return;
    scheduled = true;
    if (delayMs === 0) setImmediate(flush);
    else setTimeout(flush, delayMs);
  };

  const flush = (): void => {
    scheduled = false;
    const jobs = waiting;
    waiting = [];
    const done = transact(jobs);
    changes.wake(new Set(done.flatMap(({ channels }) => channels)));
    for (const job of done) job.succeed();
    if (waiting.length > 0) schedule(trouble === null ? 0 : busyRetryMs);
    else for (const resolve of onDrained.splice(0)) resolve();
  };

  const transact = (jobs: readonly Job[]): readonly Job[] => {
    try {
      begin.run();
      const done = runAll(jobs);
      commit.run();
      trouble = null;
      return done;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      trouble ??= { sinceMs: Date.now(), reason: (error as Error).message };
      retryOrFail(jobs, error);
      return [];
    }
  };

  const retryOrFail = (jobs: readonly Job[], error: unknown): void => {
    const deadlineMs = Date.now() - busyGiveUpMs;
    const again = jobs.filter(({ queuedMs }) => isBusy(error) && queuedMs > deadlineMs);
    for (const job of jobs) if (!again.includes(job)) job.fail(sendFailed(error));
    waiting = [...again, ...waiting];
  };

  return {
    write: (channels, job) =>
      new Promise((resolve, reject) => {
        let value: ReturnType<typeof job>;
        waiting.push({
          run: () => {
            value = job();
          },
          channels,
          succeed: () => resolve(value),
          fail: reject,
          queuedMs: Date.now(),
        });
        schedule(0);
      }),
    trouble: () => trouble,
    drained: () =>
      scheduled ? new Promise((resolve) => onDrained.push(resolve)) : Promise.resolve(),
  };
}

/** A job refused for its own fault leaves the others alone; a failing database fails them all. */
function runAll(jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => {
    try {
      job.run();
      return true;
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      job.fail(error);
      return false;
    }
  });
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode ?? 0;
  return (code & 0xff) === 5 || (code & 0xff) === 6;
}

function sendFailed(cause: unknown): PipelineError {
  const message = `Embedded bus: not written: ${(cause as Error).message}`;
  return new PipelineError('BUS_SEND_FAILED', message, { cause, retriable: true });
}
