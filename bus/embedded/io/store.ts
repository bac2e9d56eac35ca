// One open file per process, whatever the number of buses on it: connection, statements, writer and
// poll are shared and closed with the last bus. A `:memory:` log belongs to one bus alone.

import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PipelineError } from '@regionpilot/protocol';
import { type Changes, watchChanges } from './changes.ts';
import { type Groups, openGroups } from './groups.ts';
import { type Housekeeping, openHousekeeping } from './housekeeping.ts';
import { openRecords, type Records } from './records.ts';
import { pragmas, schema, schemaVersion } from './schema.ts';
import { openTopics, type Topics } from './topics.ts';
import { createWriter, type Writer } from './writer.ts';

export type Store = {
  readonly topics: Topics;
  readonly records: Records;
  readonly groups: Groups;
  readonly housekeeping: Housekeeping;
  readonly changes: Changes;
  readonly writer: Writer;
  /** Writes what waits, then closes the file if nobody else uses it. */
  readonly release: () => Promise<void>;
};

type Shared = { readonly store: Omit<Store, 'release'>; readonly close: () => void; users: number };

const openFiles = new Map<string, Shared>();

/** @throws {PipelineError} FILE_UNREADABLE when the file cannot be opened or is something else. */
export function openStore(file: string): Store {
  const path = file === ':memory:' ? file : resolve(file);
  const shared = openFiles.get(path) ?? open(path);
  if (path !== ':memory:') openFiles.set(path, shared);
  shared.users++;
  return { ...shared.store, release: () => release(path, shared) };
}

async function release(path: string, shared: Shared): Promise<void> {
  await shared.store.writer.drained();
  shared.users--;
  if (shared.users > 0) return;
  if (openFiles.get(path) === shared) openFiles.delete(path);
  shared.store.changes.stop();
  shared.close();
}

function open(path: string): Shared {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    return { store: assemble(db, path !== ':memory:'), close: () => db?.close(), users: 0 };
  } catch (cause) {
    db?.close();
    throw fileUnreadable(path, cause);
  }
}

function fileUnreadable(file: string, cause: unknown): PipelineError {
  const message = `Cannot open the embedded bus in ${file}: ${(cause as Error).message}`;
  return new PipelineError('FILE_UNREADABLE', message, { file, cause, retriable: false });
}

function assemble(db: DatabaseSync, isFile: boolean): Omit<Store, 'release'> {
  db.exec('PRAGMA busy_timeout = 5000'); // Several processes may create the file at once.
  prepareFile(db);
  db.exec(pragmas);
  const topics = openTopics(db);
  const records = openRecords(db);
  const changes = watchChanges(db, isFile);
  return {
    topics,
    records,
    groups: openGroups(db),
    housekeeping: openHousekeeping(db, topics, records),
    changes,
    writer: createWriter(db, changes),
  };
}

function prepareFile(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > schemaVersion) {
    throw new Error(`file version ${version}, wanted at most ${schemaVersion}`);
  }
  db.exec(`PRAGMA journal_mode = WAL`);
  db.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT`);
}
