// Each look at the fleet moves the health of every region, for everybody (`*`) and for each home.

import type { RegionEvidence } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import { type HealthState, healthOf, initialHealth, stepHealth } from './health.ts';
import { judge } from './judge.ts';
import { type Effect, type GroupState, record, type Step } from './state.ts';
import type { View } from './view.ts';

export function judgeAll(state: GroupState, view: View, policy: Policy): Step {
  // With a single home, "everybody" and "that home" are the same question.
  const homes = view.homes.length > 1 ? ['*', ...view.homes] : ['*'];
  const effects: Effect[] = [];
  const health: Record<string, Record<string, HealthState>> = {};
  let current = state;
  for (const home of homes) {
    const row: Record<string, HealthState> = {};
    for (const region of view.regions) {
      const before = state.health[home]?.[region] ?? initialHealth(state.nowMs);
      const ticks = home === '*' ? policy.confirmTicks : policy.confirmTicksHome;
      const { verdict, evidence } = judge(view, home, region, policy);
      const after = stepHealth(before, verdict, state.nowMs, ticks, policy);
      row[region] = after;
      if (healthOf(before) === healthOf(after)) continue;
      current = openIncident(current, after);
      const seen = { ...evidence, health: healthOf(after) };
      effects.push(changed(current, before, after, seen));
    }
    health[home] = row;
  }
  const saved: readonly Effect[] = effects.length > 0 ? [{ kind: 'saveState' }] : [];
  return [{ ...current, health }, [...effects, ...saved]];
}

function openIncident(state: GroupState, after: HealthState): GroupState {
  const bad = after.kind === 'suspect' || after.kind === 'down';
  if (!bad || state.incident !== null) return state;
  return {
    ...state,
    incident: { id: `${state.group}/${state.nowMs}`, openedMs: state.nowMs },
  };
}

function changed(
  state: GroupState,
  before: HealthState,
  after: HealthState,
  evidence: RegionEvidence,
): Effect {
  const { region, home } = evidence;
  const from = healthOf(before);
  return record(state, {
    kind: 'healthChanged',
    region,
    home,
    from,
    to: healthOf(after),
    evidence,
  });
}
