/** Lines of a journal, a slice of the file at a time: a day's recording is larger than a string may be. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { JournalLine } from '@regionpilot/aggregator';
import { PipelineError } from '@regionpilot/protocol';
import { isRecord } from '../config/file.ts';
import { unreadable } from './files.ts';

const sliceBytes = 1_000_000;
const kinds = ['begin', 'open', 'policy', 'input', 'decision'];

/**
 * @param cutShort Called when the last line ends in the middle, as after a crash; it is left out.
 * @throws {PipelineError} FILE_UNREADABLE; RECORD_INVALID naming the line.
 */
export function* journalLines(file: string, cutShort: () => void): Generator<JournalLine> {
  let number = 0;
  for (const { text, whole } of textLines(file)) {
    number += 1;
    if (text.trim() === '') continue;
    const line = parseLine(text);
    if (line !== null) yield line;
    else if (whole) throw notAJournal(file, number);
    else cutShort();
  }
}

function parseLine(text: string): JournalLine | null {
  try {
    const line: unknown = JSON.parse(text);
    const known = isRecord(line) && kinds.some((kind) => kind === line['kind']);
    return known ? (line as unknown as JournalLine) : null;
  } catch {
    return null;
  }
}

function notAJournal(file: string, number: number): PipelineError {
  const message = `${file} line ${number} is not of a journal written by "aggregator --journal"`;
  return new PipelineError('RECORD_INVALID', message, { file, retriable: false });
}

function* textLines(file: string): Generator<{ readonly text: string; readonly whole: boolean }> {
  const fd = open(file);
  try {
    const slice = Buffer.alloc(sliceBytes);
    let rest = Buffer.alloc(0);
    for (let read = readSlice(fd, slice, file); read > 0; read = readSlice(fd, slice, file)) {
      rest = Buffer.concat([rest, slice.subarray(0, read)]);
      let from = 0;
      for (let to = rest.indexOf(10); to !== -1; to = rest.indexOf(10, from)) {
        yield { text: rest.toString('utf8', from, to), whole: true };
        from = to + 1;
      }
      rest = rest.subarray(from);
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), whole: false };
  } finally {
    closeSync(fd);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function readSlice(fd: number, slice: Buffer, file: string): number {
  try {
    return readSync(fd, slice);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
