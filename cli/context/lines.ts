// Contexts for a person, and as data.

import { harmless, type Paint, table } from '../text.ts';
import type { Context, Contexts } from './contexts.ts';

export type ContextsReport = {
  readonly v: 1;
  readonly file: string;
  readonly current: string | null;
  readonly contexts: readonly { readonly name: string; readonly settings: Context }[];
};

export function contextsReport(file: string, { current, contexts }: Contexts): ContextsReport {
  const names = Object.keys(contexts).sort();
  return {
    v: 1,
    file,
    current,
    contexts: names.map((name) => ({ name, settings: contexts[name] ?? {} })),
  };
}

export function contextLines(
  { contexts, current }: ContextsReport,
  paint: Paint,
): readonly string[] {
  if (contexts.length === 0)
    return ['no context; "regionpilot context set NAME --brokers …" makes one'];
  const rows = contexts.map(({ name, settings }) => [
    name === current ? paint('good', '*') : '',
    harmless(name),
    harmless(settingsText(settings)),
  ]);
  return table(['', 'CONTEXT', 'SETTINGS'], rows);
}

export function settingsText(settings: Context): string {
  return Object.entries(settings)
    .map(([field, value]) => `${field}=${String(value)}`)
    .join(' ');
}
