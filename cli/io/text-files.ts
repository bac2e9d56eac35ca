// Files as text, and what is said when one cannot be used.

import { existsSync, readFileSync } from 'node:fs';
import { PipelineError } from '@regionpilot/protocol';

/** @throws {PipelineError} FILE_UNREADABLE. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

export function fileExists(file: string): boolean {
  return existsSync(file);
}

export function unreadable(file: string, cause: unknown): PipelineError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const reason = reasons[code] ?? (cause as Error).message;
  const message = `Cannot use ${file}: ${reason}`;
  return new PipelineError('FILE_UNREADABLE', message, { file, cause, retriable: false });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  EEXIST: 'there is one already',
};
