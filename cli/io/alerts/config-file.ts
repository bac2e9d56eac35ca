/** An alerts file and the secrets it names. */
import {
  type ReadAlerts,
  readAlertsFile,
  readSecrets,
  type Secrets,
  secretFilesOf,
} from '@regionpilot/alerts';
import { readText } from '../files.ts';

/** @throws {PipelineError} CONFIG_INVALID with every problem, FILE_UNREADABLE. */
export function loadAlerts(file: string): ReadAlerts {
  return readAlertsFile(file, readText(file));
}

/** @throws {PipelineError} also when a secret cannot be read. */
export function loadAlertsWithSecrets(file: string): ReadAlerts & { readonly secrets: Secrets } {
  const read = loadAlerts(file);
  return { ...read, secrets: readSecrets(secretFilesOf(read.config.receivers)) };
}
