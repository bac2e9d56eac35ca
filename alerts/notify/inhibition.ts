// Which alerts are not told because another one fires that explains them. Sources are counted per
// rule and per values of the `equal` labels, so that a new alert asks one count instead of every
// other alert, and only a count that turns (nothing fires → something does) makes targets look again.
//
// An alert that is source and target of one rule is muted only by sources that are not targets
// themselves, as in Alertmanager: otherwise two of them would mute each other and nobody be told.

import type { Labels } from '@regionpilot/protocol';
import type { PreparedInhibit } from './prepared.ts';

type Bucket = {
  /** Firing sources → whether they are targets of the rule too. */
  readonly sources: Map<string, boolean>;
  /** Sources among them that are not. */
  pure: number;
  /** Firing targets. */
  readonly targets: Set<string>;
};

/** What an alert is in one rule. */
export type Role = { readonly bucket: Bucket; readonly source: boolean; readonly target: boolean };

export type InhibitIndex = {
  readonly rules: readonly PreparedInhibit[];
  readonly buckets: readonly Map<string, Bucket>[];
};

export function createInhibitIndex(rules: readonly PreparedInhibit[]): InhibitIndex {
  return { rules, buckets: rules.map(() => new Map()) };
}

/** The rules an alert with these labels has a part in. */
export function rolesOf(index: InhibitIndex, view: Labels): readonly Role[] {
  return index.rules.flatMap((rule, at) => {
    const source = rule.source(view);
    const target = rule.target(view);
    if (!source && !target) return [];
    return [{ bucket: bucketOf(index.buckets[at], equalKey(rule, view)), source, target }];
  });
}

/** Takes part, or no longer does; answers whose muting may have turned by that. */
export function takePart(roles: readonly Role[], fingerprint: string, firing: boolean): string[] {
  return roles.flatMap(({ bucket, source, target }) => {
    if (target && firing) bucket.targets.add(fingerprint);
    if (target && !firing) bucket.targets.delete(fingerprint);
    if (!source || firing === bucket.sources.has(fingerprint)) return [];
    const before = [bucket.pure > 0, bucket.sources.size > 0];
    if (firing) bucket.sources.set(fingerprint, target);
    else bucket.sources.delete(fingerprint);
    if (!target) bucket.pure += firing ? 1 : -1;
    const turned = before[0] !== bucket.pure > 0 || before[1] !== bucket.sources.size > 0;
    return turned ? [...bucket.targets] : [];
  });
}

export function isInhibited(roles: readonly Role[]): boolean {
  return roles.some(
    ({ bucket, source, target }) => target && (source ? bucket.pure > 0 : bucket.sources.size > 0),
  );
}

/** Fingerprints of the alerts that mute it, for people. */
export function inhibitorsOf(roles: readonly Role[]): readonly string[] {
  const inhibitors = roles.flatMap(({ bucket, source, target }) =>
    target ? [...bucket.sources].filter(([, both]) => !(source && both)).map(([by]) => by) : [],
  );
  return [...new Set(inhibitors)];
}

function equalKey(rule: PreparedInhibit, view: Labels): string {
  return JSON.stringify(rule.equal.map((name) => (Object.hasOwn(view, name) ? view[name] : '')));
}

function bucketOf(buckets: Map<string, Bucket> | undefined, key: string): Bucket {
  const known = buckets?.get(key);
  if (known !== undefined) return known;
  const bucket: Bucket = { sources: new Map(), pure: 0, targets: new Set() };
  buckets?.set(key, bucket);
  return bucket;
}
