// What a support bundle holds. Everything in it went through one redaction, and the manifest says what
// is there, what is missing and why, so that nobody has to guess from an archive.

import Type, { type TSchema } from 'typebox';
import { mask, redacted, redactedText } from '../redact.ts';
import { count, document, orNull, text, yes } from '../schemas/parts.ts';
import { harmless, table } from '../text.ts';

export const sections = {
  'version.json': 'versions of the product, its runtime and the system',
  'config.json': 'every setting with its origin; secrets masked',
  'environment.json': 'names of environment variables, never their values',
  'doctor.json': 'what doctor finds',
  'status.json': 'who is where and why',
  'topics.json': 'topics, their ends, and what is weaker than wanted',
  'decisions.json': 'the decision in force of each group',
  'overrides.json': "operators' orders",
  'heartbeats.json': 'the newest heartbeat of each decider',
  'incidents.json': 'the newest records of the timeline',
  'alerts.json': 'alerts that are not over',
  'metrics.txt': 'metrics as scraped (only with --metrics-url)',
} as const;
export type SectionName = keyof typeof sections;

export type ManifestEntry = {
  readonly name: string;
  readonly about: string;
  readonly bytes: number;
  readonly sha256: string;
};

export type BundleReport = {
  readonly v: 1;
  readonly dryRun: boolean;
  /** Null for a dry run. */
  readonly file: string | null;
  readonly atMs: number;
  readonly files: readonly ManifestEntry[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
};

export const bundleSchema: TSchema = document('support-bundle', {
  dryRun: yes,
  file: orNull(text),
  atMs: count,
  files: Type.Array(Type.Object({ name: text, about: text, bytes: count, sha256: text })),
  missing: Type.Array(Type.Object({ name: text, reason: text })),
});

export type Redaction = {
  readonly data: (value: unknown) => unknown;
  readonly text: (text: string) => string;
};

/** Shorter than this, a secret would mask half of every word; it is told by its shape or name. */
const shortestSecret = 6;

/** @param secrets Values known to be secret, wherever they turn up. */
export function createRedaction(secrets: Iterable<string>): Redaction {
  const spelt = [...secrets]
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed())]);
  // The longest first: one secret may be the beginning of another.
  const known = [...new Set(spelt)].sort((a, b) => b.length - a.length);
  const hide = (value: string): string =>
    redactedText(known.reduce((sum, secret) => sum.replaceAll(secret, mask), value));
  return { data: (value) => redacted(mapped(value, hide)), text: hide };
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [change(name), mapped(each, change)]),
  );
}

/** JSON that a terminal or an editor can show: what moves a cursor or turns a line is escaped. */
export function calmJson(value: unknown): string {
  const text = JSON.stringify(value, null, 1) ?? 'null';
  return `${text.replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}\n`;
}

/** Metrics and other plain text, for a terminal too. */
export function calmText(text: string): string {
  return text.split(/\r?\n/).map(harmless).join('\n');
}

export function bundleLines({ dryRun, file, files, missing }: BundleReport): readonly string[] {
  const rows = files.map(({ name, bytes, about }) => [name, dryRun ? '-' : String(bytes), about]);
  const lacks = missing.map(({ name, reason }) => `missing ${name}: ${harmless(reason)}`);
  const end = dryRun ? 'dry run: nothing was written' : `written: ${harmless(file ?? '')}`;
  return [...table(['FILE', 'BYTES', 'WHAT'], rows), ...lacks, end];
}
