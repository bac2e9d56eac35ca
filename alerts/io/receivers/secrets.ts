/** Reads secrets from their files, once; from here on they are known by the file that holds them. */
import { readFileSync } from 'node:fs';
import { PipelineError } from '@regionpilot/protocol';
import type { Secrets } from '../../receiver.ts';

/**
 * Trimmed contents by file name.
 * @throws {PipelineError} FILE_UNREADABLE naming the file, when it cannot be read or holds nothing.
 */
export function readSecrets(files: readonly string[]): Secrets {
  return new Map(files.map((file) => [file, readSecret(file)]));
}

function readSecret(file: string): string {
  const text = read(file).trim();
  if (text === '') throw unreadable(file, 'it is empty', undefined);
  return text;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw unreadable(file, code, cause);
  }
}

function unreadable(file: string, why: string, cause: unknown): PipelineError {
  const message = `The secret file ${file} cannot be used: ${why}. Wanted: a readable file that holds the secret and nothing else.`;
  return new PipelineError('FILE_UNREADABLE', message, { retriable: false, file, cause });
}
