/**
 * A service that takes another config while it runs: on SIGHUP, and when the file or one of its
 * secrets changes. It is taken whole or not at all; the running one is better than half of a new one.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { AlertingConfig } from '@regionpilot/alerts';
import { type Alerting, type AlertingEvent, secretFilesOf } from '@regionpilot/alerts';
import { readText } from '../files.ts';
import type { Session } from '../session.ts';
import { loadAlertsWithSecrets } from './config-file.ts';

/** Files are looked at, not watched: a mounted file that is swapped by link tells no watcher. ms. */
const lookMs = 1_000;

export type Reloading = { readonly close: () => void };

export function reloadOn(
  session: Session,
  file: string,
  running: AlertingConfig,
  alerting: Pick<Alerting, 'reload' | 'refuse'>,
  log: (event: AlertingEvent) => void,
): Reloading {
  let files: readonly string[] = [file, ...secretFilesOf(running.receivers)];
  let known = stampOf(files);
  let before = known;
  const read = (): void => {
    files = reload(file, alerting, log) ?? files;
    known = stampOf(files);
    before = known;
  };
  const look = (): void => {
    const stamp = stampOf(files);
    // Still being written: half a file is looked at again before it is complained about.
    const settled = stamp === before;
    before = stamp;
    if (settled && stamp !== known) read();
  };
  const timer = setInterval(look, lookMs);
  const forget = session.onHangup?.(read) ?? (() => undefined);
  return {
    close: () => {
      clearInterval(timer);
      forget();
    },
  };
}

/** Which files to look at from now on; null: as before. */
function reload(
  file: string,
  alerting: Pick<Alerting, 'reload' | 'refuse'>,
  log: (event: AlertingEvent) => void,
): readonly string[] | null {
  try {
    const { config, secrets } = loadAlertsWithSecrets(file);
    alerting.reload(config, secrets);
    log({ event: 'configApplied', hash: hashOf(file) });
    return [file, ...secretFilesOf(config.receivers)];
  } catch (error) {
    const problems = problemsIn(error);
    alerting.refuse(problems.join('\n').slice(0, 2_000));
    log({ event: 'configRefused', problems });
    return null;
  }
}

/** To tell whether two processes run the same file. */
export function hashOf(file: string): string {
  return createHash('sha256').update(readText(file)).digest('hex').slice(0, 12);
}

/** The head line, if it has problems below it, only says how many. */
function problemsIn(error: unknown): readonly string[] {
  const [head = '', ...lines] = (error as Error).message.trim().split('\n');
  return lines.length === 0 ? [head] : lines.map((line) => line.trim());
}

function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'gone' : `${stat.ino}/${stat.size}/${stat.mtimeMs}`;
    })
    .join(' ');
}
