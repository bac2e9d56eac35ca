// What must be true once nothing has gone wrong for a while.

import { fullShare } from '@regionpilot/protocol';
import { tiltOf } from '../../../aggregator/decide/tilt.ts';
import { group } from './client.ts';
import type { World } from './world.ts';

/** @param lost The one region that stays dead; every other one is well by now. */
export function livenessProblems(world: World, lost: string | null): readonly string[] {
  return [
    ...agreementProblems(world),
    ...automationProblems(world),
    ...returnProblems(world, lost),
    ...world.clients
      .filter(({ route }) => route.region === lost)
      .map(({ name }) => `${name} sits in ${lost}, which is dead`),
  ];
}

function agreementProblems(world: World): readonly string[] {
  const ruling = world.checks.obeyed.at(-1);
  if (ruling === undefined) return ['nothing was ever decided'];
  const newest = `(${ruling.term},${ruling.epoch})`;
  return world.clients.flatMap((client) => {
    const { version, stale, source, noSafeTarget } = client.route;
    const held = `(${version.term},${version.epoch})`;
    return [
      ...(held === newest ? [] : [`${client.name} holds ${held}, the log ends at ${newest}`]),
      ...(stale ? [`${client.name} thinks the log is stale`] : []),
      ...(source === 'breaker' ? [`${client.name} is where its breaker took it`] : []),
      ...(noSafeTarget ? [`${client.name} knows no safe region`] : []),
    ];
  });
}

function automationProblems(world: World): readonly string[] {
  const states = world.aggregators.flatMap(({ deciding }) => deciding?.groups ?? []);
  const owners = states.filter(({ ownership }) => ownership.kind === 'owning');
  const tilted = owners.flatMap((state) => tiltOf(state));
  const kinds = states.map(({ ownership }) => ownership.kind).join();
  return [
    ...(owners.length === 1 ? [] : [`${owners.length} owners of ${group} (${kinds})`]),
    ...(tilted.length === 0 ? [] : [`the owner is in tilt: ${tilted.join(', ')}`]),
  ];
}

function returnProblems(world: World, lost: string | null): readonly string[] {
  const ruling = world.checks.obeyed.at(-1);
  if (ruling === undefined) return [];
  const rows = [['*', ruling.admit] as const, ...Object.entries(ruling.homes)];
  return rows.flatMap(([home, row]) =>
    ruling.regions
      .filter((region) => row[region] !== fullShare && region !== lost)
      .map((region) => `${region} admits ${row[region]} for ${home}`),
  );
}
