// Questions about those who decide: are they alive, is there one per partition, do they hold their
// terms, and does every group have a decision.

import { type Decision, formatDuration, type Heartbeat } from '@regionpilot/protocol';
import { harmless } from '../text.ts';
import { type Finding, failed, ok, type Question, skipped, warning } from './finding.ts';

export type SeenBeat = { readonly heartbeat: Heartbeat; readonly appendedMs: number };

export const aliveQuestion: Question = {
  id: 'aggregators.alive',
  category: 'aggregators',
  title: 'an aggregator answers for every partition of groups',
};

/** @param beats The newest of each partition. */
export function aliveFinding(
  beats: readonly SeenBeat[],
  partitions: number,
  nowMs: number,
): Finding {
  const hint = 'regionpilot aggregator --brokers …    # or see why it stopped: its log';
  if (beats.length === 0) return failed(aliveQuestion, 'no aggregator has ever answered', hint);
  const silent = beats.filter((beat) => isSilent(beat, nowMs));
  const missing = partitions - beats.length;
  const text = beats.map(({ heartbeat, appendedMs }) => {
    const age = formatDuration(Math.max(0, nowMs - appendedMs));
    return `${heartbeat.owner} (partition ${heartbeat.partition}) ${age} ago`;
  });
  if (missing > 0) text.push(`${missing} of ${partitions} partitions were never answered for`);
  if (silent.length === 0 && missing <= 0) return ok(aliveQuestion, text.join('; '));
  return failed(aliveQuestion, text.map(harmless).join('\n'), hint);
}

/** Three beats, and at least as long as agents wait. */
function isSilent({ heartbeat, appendedMs }: SeenBeat, nowMs: number): boolean {
  return nowMs - appendedMs > Math.max(5_000, heartbeat.intervalMs * 3);
}

export const singleQuestion: Question = {
  id: 'aggregators.single',
  category: 'aggregators',
  title: 'one aggregator answers for a partition, and it stays the same',
};

/** @param recent Every beat of the last seconds. @param takeovers Group → changes of owner in an hour. */
export function singleFinding(
  recent: readonly SeenBeat[],
  takeovers: ReadonlyMap<string, number>,
): Finding {
  const several = Map.groupBy(recent, ({ heartbeat }) => heartbeat.partition);
  const doubled = [...several].flatMap(([partition, beats]) => {
    const owners = new Set(beats.map(({ heartbeat }) => heartbeat.owner));
    return owners.size < 2 ? [] : [`partition ${partition}: ${[...owners].join(' and ')}`];
  });
  const flapping = [...takeovers]
    .filter(([, times]) => times > 3)
    .map(([group, times]) => `${group} changed its owner ${times} times in the last hour`);
  const found = [...doubled, ...flapping];
  if (found.length === 0) return ok(singleQuestion, '');
  return warning(
    singleQuestion,
    found.map(harmless).join('\n'),
    'regionpilot tap incidents --from -1h    # ownerChanged; do aggregators restart or stall?',
  );
}

export const tiltQuestion: Question = {
  id: 'aggregators.tilt',
  category: 'aggregators',
  title: 'automation trusts its own clock and input',
};

export function tiltFinding(beats: readonly SeenBeat[]): Finding {
  if (beats.length === 0) return skipped(tiltQuestion, 'no heartbeat');
  const tilted = beats.flatMap(({ heartbeat }) =>
    Object.entries(heartbeat.tilt).map(([group, reason]) => `${group}: ${reason}`),
  );
  if (tilted.length === 0) return ok(tiltQuestion, '');
  const detail = `it watches without acting\n${tilted.map(harmless).join('\n')}`;
  return warning(tiltQuestion, detail, 'regionpilot explain GROUP');
}

export const decisionsQuestion: Question = {
  id: 'aggregators.decisions',
  category: 'aggregators',
  title: 'every group has a decision and somewhere safe to go',
};

/** @param wanted Groups the configuration names. */
export function decisionsFinding(
  decisions: ReadonlyMap<string, Decision>,
  wanted: readonly string[],
): Finding {
  const unsafe = [...decisions.values()].filter(({ noSafeTarget }) => noSafeTarget);
  if (unsafe.length > 0) {
    const detail = unsafe.map(({ group, text }) => `${group} has no safe target: ${text}`);
    return failed(decisionsQuestion, detail.map(harmless).join('\n'), 'regionpilot explain GROUP');
  }
  const undecided = wanted.filter((group) => !decisions.has(group));
  if (undecided.length > 0) {
    const detail = `never decided: ${undecided.join(', ')}`;
    return warning(decisionsQuestion, detail, 'start agents of that group; see regionpilot status');
  }
  if (decisions.size === 0)
    return warning(
      decisionsQuestion,
      'no group was ever decided',
      'start agents and an aggregator',
    );
  const epochs = [...decisions.values()].map(({ group, epoch }) => `${group} epoch ${epoch}`);
  return ok(decisionsQuestion, epochs.join(', '));
}
