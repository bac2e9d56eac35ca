// Every fact finds its families here; time's own signals are said on ticks.

import type { Fact } from '../../fact.ts';
import { sayFailovers } from './failovers.ts';
import { ageClients, forgetClientStamps, hearIncident, sayTilt } from './incidents.ts';
import { ageLevels, hearPartial } from './levels.ts';
import { ageLosses, hearAccounts } from './losses.ts';
import { orderSet, sayOrders } from './overrides.ts';
import { hearReceiver, sayReceivers } from './receivers.ts';
import { createHeard, type Heard } from './sample.ts';
import type { GroupWorld, World } from './world.ts';

/** A group nobody mentions for this long is gone. ms. */
export const forgottenMs = 86_400_000;

export function hear(world: World, fact: Fact, nowMs: number): Heard {
  const heard = createHeard();
  switch (fact.kind) {
    case 'incident':
      hearIncident(world, fact, nowMs, heard);
      break;
    case 'partial':
      hearPartial(world, fact, nowMs, heard);
      hearAccounts(world, fact, nowMs, heard);
      break;
    case 'override':
      orderSet(world, fact, nowMs, heard);
      break;
    case 'beat':
      hearBeat(world, fact, nowMs, heard);
      break;
    case 'receiver':
      hearReceiver(world, fact, nowMs, heard);
      break;
    case 'config':
      hearConfig(world, fact, heard);
      break;
    case 'tick':
      hearTick(world, nowMs, heard);
      break;
  }
  return heard;
}

/** A beat names all groups of its decider; those nobody else spoke of here are other people's. */
function hearBeat(
  world: World,
  { heartbeat, atMs }: Extract<Fact, { readonly kind: 'beat' }>,
  nowMs: number,
  heard: Heard,
): void {
  for (const name of new Set([...Object.keys(heartbeat.epochs), ...Object.keys(heartbeat.tilt)])) {
    const group = world.groups.get(name);
    if (group === undefined || atMs < group.beatMs) continue;
    const tilt = Object.hasOwn(heartbeat.tilt, name) ? (heartbeat.tilt[name] ?? null) : null;
    if (atMs === group.beatMs && tilt === group.beatTilt) continue;
    group.beatMs = atMs;
    group.heardMs = Math.max(group.heardMs, atMs);
    group.beatTilt = tilt;
    sayTilt(group, heard);
    const value = Math.max(0, nowMs - atMs);
    heard.samples.push({ signal: 'decisionAgeMs', labels: { group: name }, value });
  }
}

function hearConfig(
  world: World,
  { problem, atMs }: Extract<Fact, { readonly kind: 'config' }>,
  heard: Heard,
): void {
  const known = world.config;
  if (known !== null && (atMs < known.heardMs || problem === known.problem)) return;
  world.config = { problem, heardMs: atMs };
  heard.samples.push({ signal: 'configRefused', labels: {}, value: problem === null ? 0 : 1 });
}

function hearTick(world: World, nowMs: number, heard: Heard): void {
  heard.samples.push({ signal: 'watchdog', labels: {}, value: 1 });
  for (const group of world.groups.values()) {
    if (nowMs - group.heardMs > forgottenMs) forget(world, group, heard);
    else tickGroup(group, nowMs, heard);
  }
  ageLosses(world, nowMs, heard);
  sayOrders(world, nowMs, heard);
  sayReceivers(world, nowMs, heard);
  if (world.config !== null) {
    const value = world.config.problem === null ? 0 : 1;
    heard.samples.push({ signal: 'configRefused', labels: {}, value });
  }
}

function tickGroup(group: GroupWorld, nowMs: number, heard: Heard): void {
  ageLevels(group, nowMs);
  ageClients(group, nowMs, heard);
  forgetClientStamps(group, nowMs);
  sayFailovers(group, nowMs, heard);
  const value = Math.max(0, nowMs - group.beatMs);
  heard.samples.push({ signal: 'decisionAgeMs', labels: { group: group.group }, value });
}

function forget(world: World, { group }: GroupWorld, heard: Heard): void {
  world.groups.delete(group);
  heard.samples.push({ signal: 'decisionAgeMs', labels: { group }, value: null });
}
