// Two configurations compared by what they mean: defaults count as said, order and notation of a file
// do not. What a group inherits is compared where it is inherited from, once.

import type { Policy } from '@regionpilot/aggregator';
import { redactedSetting } from '../redact.ts';
import { harmless, table } from '../text.ts';
import { effectiveOf, valueText } from './explained.ts';
import { type ConfigFile, isRecord } from './file.ts';

export type SettingDifference = { readonly key: string; readonly a: unknown; readonly b: unknown };

export type DiffReport = {
  readonly v: 1;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly differences: readonly SettingDifference[];
};

export function diffReport(
  a: string,
  b: string,
  differences: readonly SettingDifference[],
): DiffReport {
  const shown = differences.map((each) => ({
    key: each.key,
    a: redactedSetting(each.key, each.a),
    b: redactedSetting(each.key, each.b),
  }));
  return { v: 1, a, b, same: differences.length === 0, differences: shown };
}

export function fileDifferences(a: ConfigFile, b: ConfigFile): readonly SettingDifference[] {
  const [left, right] = [comparable(a, b), comparable(b, a)];
  return differing(left, right);
}

/** A file against the policies that deciders last decided by, by group. */
export function runningDifferences(
  file: ConfigFile,
  running: ReadonlyMap<string, Policy>,
): readonly SettingDifference[] {
  const { policy, groups } = effective(file);
  const wanted = new Map<string, unknown>();
  const found = new Map<string, unknown>();
  for (const [group, inForce] of running) {
    const own = groups[group]?.policy ?? policy;
    for (const name of Object.keys(own) as (keyof Policy)[]) {
      wanted.set(`groups.${group}.policy.${name}`, own[name]);
      found.set(`groups.${group}.policy.${name}`, inForce[name]);
    }
  }
  return differing(wanted, found);
}

type Groups = Readonly<
  Record<string, { readonly policy: Policy; readonly regions: readonly string[] }>
>;

function effective(file: ConfigFile) {
  const all = effectiveOf({ flags: {}, env: {}, merged: file });
  return { ...all, policy: all['policy'] as Policy, groups: all['groups'] as Groups };
}

/** Leaves by path; of groups only what one of the two files says of them. */
function comparable(file: ConfigFile, other: ConfigFile): ReadonlyMap<string, unknown> {
  const { groups, policy, ...rest } = effective(file);
  const found = new Map<string, unknown>();
  leaves('', rest, found);
  leaves('policy', policy, found);
  const names = new Set([...Object.keys(file.groups ?? {}), ...Object.keys(other.groups ?? {})]);
  for (const group of names) {
    const said = [file, other].flatMap((each) => Object.keys(each.groups?.[group]?.policy ?? {}));
    const own = Object.hasOwn(groups, group) ? groups[group] : undefined;
    found.set(`groups.${group}.regions`, own?.regions ?? []);
    for (const name of new Set(said) as Set<keyof Policy>)
      found.set(`groups.${group}.policy.${name}`, (own?.policy ?? policy)[name]);
  }
  return found;
}

function leaves(at: string, value: unknown, into: Map<string, unknown>): void {
  if (!isRecord(value)) {
    if (value !== undefined) into.set(at, value);
    return;
  }
  for (const [name, each] of Object.entries(value))
    leaves(at === '' ? name : `${at}.${name}`, each, into);
}

function differing(
  a: ReadonlyMap<string, unknown>,
  b: ReadonlyMap<string, unknown>,
): readonly SettingDifference[] {
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort();
  return keys
    .map((key) => ({ key, a: a.get(key) ?? null, b: b.get(key) ?? null }))
    .filter((each) => JSON.stringify(each.a) !== JSON.stringify(each.b));
}

export function diffLines({ a, b, same, differences }: DiffReport): readonly string[] {
  if (same) return [`${harmless(a)} and ${harmless(b)} mean the same`];
  const rows = differences.map((each) => [
    harmless(each.key),
    valueText(each.a),
    valueText(each.b),
  ]);
  return table(['SETTING', harmless(a), harmless(b)], rows);
}
