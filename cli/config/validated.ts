// Config files tried before they are trusted: every problem of every file at once.

import type { Problem } from '@regionpilot/protocol';
import { formatProblems } from '@regionpilot/protocol';
import { harmless } from '../text.ts';

export type ValidatedFile = {
  readonly file: string;
  readonly ok: boolean;
  /** Why it could not be read at all; null: it could. */
  readonly unreadable: string | null;
  readonly problems: readonly Problem[];
  /** Allowed, but odd: a file it names is not there. */
  readonly warnings: readonly string[];
};

export type ValidateReport = {
  readonly v: 1;
  readonly ok: boolean;
  readonly files: readonly ValidatedFile[];
};

export function validateReport(files: readonly ValidatedFile[]): ValidateReport {
  return { v: 1, ok: files.every(({ ok }) => ok), files };
}

export function validatedLines({ files }: ValidateReport): readonly string[] {
  return files.flatMap(({ file, ok, unreadable, problems, warnings }) => [
    `${harmless(file)}: ${verdict(ok, unreadable, problems.length)}`,
    ...formatProblems(problems)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `  ${harmless(line.trim())}`),
    ...warnings.map((each) => `  warning: ${harmless(each)}`),
  ]);
}

function verdict(ok: boolean, unreadable: string | null, count: number): string {
  if (ok) return 'in order';
  if (unreadable !== null) return harmless(unreadable);
  return count === 1 ? '1 problem' : `${count} problems`;
}
