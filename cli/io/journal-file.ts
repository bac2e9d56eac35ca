/** A journal in a file: appended in order, flushed at the end, its trouble told and not swallowed. */
import { createWriteStream, openSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createJournal, type Journal } from '@regionpilot/aggregator';
import { unreadable } from './files.ts';

export type JournalFile = {
  readonly journal: Journal;
  readonly close: () => Promise<void>;
};

/** @param trouble Called once when the file can no longer be written; the aggregator goes on. */
export function openJournal(file: string, trouble: (reason: string) => void): JournalFile {
  const stream = createWriteStream(file, { fd: openOrRefuse(file) });
  stream.once('error', (error) => trouble(error.message));
  return {
    journal: createJournal((line) => {
      if (stream.writable) stream.write(line);
    }),
    close: async () => {
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
}

/** @throws {PipelineError} FILE_UNREADABLE at once, rather than after the first outage. */
function openOrRefuse(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
