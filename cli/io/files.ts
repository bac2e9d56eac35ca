// Files a run is told of: text, settings and secrets.

import { existsSync, readFileSync } from 'node:fs';
import { PipelineError } from '@regionpilot/protocol';
import type { ConfigFile } from '../config/file.ts';
import { parseConfigFile } from '../config/parse.ts';
import { type Flags, type Settings, settingsFrom } from '../config/settings.ts';
import type { Session } from './session.ts';

/** @throws {PipelineError} FILE_UNREADABLE. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** @throws {PipelineError} CONFIG_INVALID, FILE_UNREADABLE. */
export function loadSettings(flags: Flags, session: Session): Settings {
  return settingsFrom(flags, session.env, loadConfig(flags));
}

export function loadConfig({ config }: Flags): ConfigFile {
  return config === undefined ? {} : parseConfigFile(config, readText(config));
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
};
