// What a template may tell about the circumstances: where the clients went, how callers fare now,
// what the verdict rests on. Plain values only.

import type { Labels } from '@regionpilot/protocol';
import { isMitigated } from './signals/failovers.ts';
import { groupCounts, reportingIn } from './signals/levels.ts';
import { ratioOf } from './signals/sample.ts';
import type { Failover, GroupWorld, World } from './signals/world.ts';

export type Context = Readonly<Record<string, string | number | boolean>>;

export function contextOf(world: World, labels: Labels): Context {
  const group = world.groups.get(labels['group'] ?? '');
  return {
    ...(group === undefined ? {} : groupContext(group, labels)),
    ...receiverContext(world, labels['receiver']),
    ...overrideContext(world, labels['group']),
    ...(world.config?.problem ? { problem: world.config.problem } : {}),
  };
}

/** Whether what the labels name is a region that was left, with success. */
export function isMitigatedBy(world: World, labels: Labels): boolean {
  const group = world.groups.get(labels['group'] ?? '');
  return group !== undefined && isMitigated(group, labels['region'] ?? '');
}

function groupContext(group: GroupWorld, labels: Labels): Context {
  const { decision, refusal, beatTilt, tilts, incident } = group;
  const ratio = ratioOf(groupCounts(group));
  const [tilt] = tilts;
  return {
    ...(ratio === null ? {} : { errorRatioNow: ratio }),
    ...(decision === null ? {} : { decision: decision.text, version: versionOf(decision) }),
    ...(refusal === null ? {} : { refusal }),
    ...(incident === null ? {} : { incident }),
    ...(tilt === undefined ? {} : { tilt: `${tilt[0]}: ${tilt[1]}` }),
    ...(tilt === undefined && beatTilt !== null ? { tilt: beatTilt } : {}),
    ...homeContext(group, labels['home']),
    ...regionContext(group, labels['region']),
    ...clientContext(group, labels),
  };
}

function homeContext(group: GroupWorld, home: string | undefined): Context {
  if (home === undefined) return {};
  const [reporting, known] = reportingIn(group, home);
  return { reporting, known };
}

function regionContext(group: GroupWorld, region: string | undefined): Context {
  if (region === undefined) return {};
  const health = group.health.get(region);
  const story = group.failovers.get(region);
  return {
    mitigated: isMitigated(group, region),
    ...(health === undefined ? {} : { health: health.health, evidence: health.evidence }),
    ...(story === undefined ? {} : storyContext(group, story)),
  };
}

function storyContext(group: GroupWorld, story: Failover): Context {
  const moved = movedRatio(group, story);
  return {
    target: story.targets.join(', '),
    decision: story.text,
    version: versionOf(story),
    converged: story.convergedMs !== null,
    ...(moved === null ? {} : { movedShare: Math.floor(moved * 1_000) / 10 }),
  };
}

/** Clients that follow the decision or a newer one, of all that say which they follow. */
function movedRatio({ levels }: GroupWorld, story: Failover): number | null {
  let followers = 0;
  let all = 0;
  for (const { applied } of levels.values()) {
    for (const [version, clients] of Object.entries(applied)) {
      all += clients;
      if (isAtLeast(version, story)) followers += clients;
    }
  }
  if (all > 0) return followers / all;
  const [applied, clients] = story.applied;
  return clients > 0 ? applied / clients : null;
}

function isAtLeast(version: string, story: Failover): boolean {
  const [term = 0, epoch = 0] = version.split('.').map(Number);
  return term > story.term || (term === story.term && epoch >= story.epoch);
}

function versionOf({ term, epoch }: { readonly term: number; readonly epoch: number }): string {
  return `${term}.${epoch}`;
}

function clientContext({ clients }: GroupWorld, labels: Labels): Context {
  const known = clients.get(`${labels['client'] ?? ''}\u0000${labels['region'] ?? ''}`);
  return known === undefined ? {} : { why: known.why };
}

function receiverContext({ receivers }: World, receiver: string | undefined): Context {
  const error = receivers.get(receiver ?? '')?.lastError ?? null;
  return error === null ? {} : { lastError: error };
}

function overrideContext({ overrides }: World, group: string | undefined): Context {
  const order = overrides.get(group ?? '')?.override ?? null;
  return order === null ? {} : { author: order.author, reason: order.reason };
}
