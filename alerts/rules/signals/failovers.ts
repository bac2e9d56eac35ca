// The story of leaving a region: decided, followed by everybody, and whether it helped. The rules ask
// two things of it: how long has it not converged, and how long do callers fail although it should
// have helped.

import type { Admission, Decision, IncidentEvent } from '@regionpilot/protocol';
import { admissionFor, compareVersions, fullShare } from '@regionpilot/protocol';
import type { ChangeEvent } from '../../rule.ts';
import { failoverDone, returnDone } from './changes.ts';
import { engagedIn, groupCounts } from './levels.ts';
import { type Heard, ratioOf } from './sample.ts';
import type { Failover, GroupWorld } from './world.ts';

/** Above this callers still fail: the failover did not help. */
const unhelpfulRatio = 0.05;
/** At or below this it did. Between the two what was said before stands, so that words do not flap. */
const helpedRatio = 0.01;

const leaves = ['regionDown', 'regionDownFromHome', 'rampAborted'];

export function hearDecided(
  group: GroupWorld,
  decision: Decision,
  atMs: number,
  heard: Heard,
): void {
  const before = group.decision;
  if (before !== null && compareVersions(decision, before) <= 0) return;
  const { term, epoch, text, admit, homes, noSafeTarget } = decision;
  group.decision = { term, epoch, text, admit, homes, noSafeTarget };
  group.refusal = null;
  if (leaves.includes(decision.reason)) begin(group, decision, atMs);
  for (const region of comeBack(before, decision)) {
    group.failovers.delete(region);
    group.helped.delete(region);
    if (decision.reason === 'rampStep')
      heard.changes.push(within(group, returnDone(decision, region, atMs)));
  }
  const labels = { group: group.group };
  heard.samples.push({ signal: 'noSafeTarget', labels, value: noSafeTarget ? 1 : 0 });
  group.budgetSpentFor = null;
  heard.samples.push({ signal: 'flapBudgetSpent', labels, value: 0 });
}

export function hearConverged(
  group: GroupWorld,
  event: Extract<IncidentEvent, { readonly kind: 'converged' }>,
  atMs: number,
  heard: Heard,
): void {
  for (const [region, story] of group.failovers) {
    if (story.convergedMs !== null || compareVersions(event, story) < 0) continue;
    const done = { ...story, convergedMs: atMs, applied: [event.applied, event.clients] as const };
    group.failovers.set(region, done);
    if (story.reason !== 'rampAborted')
      heard.changes.push(within(group, failoverDone(group.group, done, event, atMs)));
  }
}

function within({ incident }: GroupWorld, change: ChangeEvent): ChangeEvent {
  if (incident === null) return change;
  return { ...change, annotations: { ...change.annotations, incident } };
}

/** Ages of stories, on every tick: they grow although nobody says anything. */
export function sayFailovers(group: GroupWorld, nowMs: number, heard: Heard): void {
  for (const region of new Set([...group.failovers.keys(), ...group.health.keys()])) {
    const labels = { group: group.group, region };
    const story = group.failovers.get(region);
    const unconverged =
      story === undefined || story.convergedMs !== null ? 0 : nowMs - story.decidedMs;
    heard.samples.push({ signal: 'failoverUnconvergedMs', labels, value: unconverged });
    const unhelpful = unhelpfulMs(group, region, nowMs);
    heard.samples.push({ signal: 'failoverUnhelpfulMs', labels, value: unhelpful });
    noteHelp(group, region, story);
  }
}

/** Did leaving the region end its clients' trouble? Decides how urgent the region's being down is. */
export function isMitigated(group: GroupWorld, region: string): boolean {
  return group.helped.has(region);
}

function noteHelp(group: GroupWorld, region: string, story: Failover | undefined): void {
  if (story === undefined || story.convergedMs === null) group.helped.delete(region);
  else if (group.levels.size > 0) {
    const ratio = ratioOf(groupCounts(group));
    if (ratio === null || ratio <= helpedRatio) group.helped.set(region, true);
    else if (ratio > unhelpfulRatio) group.helped.delete(region);
  }
}

function unhelpfulMs(group: GroupWorld, region: string, nowMs: number): number {
  if (!isUnhelped(group, region)) {
    group.unhelpful.delete(region);
    return 0;
  }
  const sinceMs = group.unhelpful.get(region) ?? nowMs;
  group.unhelpful.set(region, sinceMs);
  return nowMs - sinceMs;
}

function isUnhelped(group: GroupWorld, region: string): boolean {
  const story = group.failovers.get(region);
  const health = group.health.get(region)?.health;
  if (story === undefined) return health === 'down' && engagedIn(group, region) > 0;
  return health !== 'healthy' && (ratioOf(groupCounts(group)) ?? 0) > unhelpfulRatio;
}

function begin(group: GroupWorld, decision: Decision, atMs: number): void {
  const { term, epoch, reason, text } = decision;
  for (const { region: from, home } of decision.evidence) {
    const row = admissionFor(decision, home);
    if (row[from] === fullShare) continue;
    const targets = decision.regions.filter((each) => each !== from && row[each] === fullShare);
    const story = { from, targets, term, epoch, reason, text, decidedMs: atMs };
    group.failovers.set(from, { ...story, convergedMs: null, applied: [0, 0] });
    group.helped.delete(from);
  }
}

type Rows = { readonly admit: Admission; readonly homes: Readonly<Record<string, Admission>> };

/** Regions that admitted only some before and admit everybody again. */
function comeBack(before: Rows | null, after: Decision): readonly string[] {
  const closed = before === null ? after.evidence.map(({ region }) => region) : after.regions;
  return closed.filter(
    (region) => (before === null || !isOpen(before, region)) && isOpen(after, region),
  );
}

function isOpen({ admit, homes }: Rows, region: string): boolean {
  return [admit, ...Object.values(homes)].every((row) => (row[region] ?? 0) === fullShare);
}
