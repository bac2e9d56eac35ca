// One mistake in a file: where, what came, what was wanted, and what was probably meant. Values
// that could be secrets are never repeated.

import { formatDuration, nearest, type Problem, shorten } from '@regionpilot/protocol';
import type { Place } from './document.ts';

export type Flaw = Problem & {
  /** `did you mean receivers?`, or how to say it instead; null: no idea. */
  readonly suggestion: string | null;
};

/** A flaw where it stands in the file; both null when it came from a program. */
export type ConfigProblem = Flaw & {
  readonly line: number | null;
  readonly column: number | null;
};

export const noSuchField = 'no such field';
export const hidden = '(not shown)';

export function flaw(
  path: string,
  value: unknown,
  expected: string,
  suggestion: string | null = null,
): Flaw {
  return { path, value: shorten(value), expected, suggestion };
}

/** The value might be a secret: it is not repeated. */
export function hiddenFlaw(path: string, expected: string, suggestion: string | null = null): Flaw {
  return { path, value: hidden, expected, suggestion };
}

export function didYouMean(text: string, known: readonly string[]): string | null {
  const near = nearest(text, known.slice(0, 200));
  return near === null ? null : `did you mean ${near}?`;
}

export function placed(found: Flaw, place: Place | null): ConfigProblem {
  return { ...found, line: place?.line ?? null, column: place?.column ?? null };
}

/** `alerts.yaml:12:5 receivers.oncall.routingKeyFle: no such field; did you mean routingKeyFile?` */
export function problemLine(name: string, problem: ConfigProblem): string {
  const { line, column, path, value, expected, suggestion } = problem;
  const where = line === null ? name : `${name}:${line}:${column}`;
  const what =
    expected === noSuchField || value === '' ? expected : `got ${value}, wanted ${expected}`;
  const hint = suggestion === null ? '' : `; ${suggestion}`;
  return `${where} ${path === '' ? '(whole file)' : path}: ${what}${hint}`;
}

export function between(minMs: number, maxMs: number): string {
  const range = `from ${minMs === 0 ? '0s' : formatDuration(minMs)} to ${formatDuration(maxMs)}`;
  return `a duration such as 30s or 1h30m, ${range}`;
}
