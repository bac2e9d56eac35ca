// History through the same brain again. With the policy of the day the decisions must come out
// byte for byte, which proves that nothing but the log went into them; with another policy, it shows
// what would have been decided instead.

import type { Decision, IncidentRecord, Partial } from '@regionpilot/protocol';
import { type GroupInput, step } from './decide/group.ts';
import { createGroup, type GroupState } from './decide/state.ts';
import type { JournalLine } from './journal.ts';
import type { Policy } from './policy.ts';

export type ReplayReport = {
  readonly inputs: number;
  readonly recorded: readonly Decision[];
  readonly replayed: readonly Decision[];
  /** First place where the two differ, or null when they are identical byte for byte. */
  readonly difference: {
    readonly index: number;
    readonly recorded: string;
    readonly replayed: string;
  } | null;
};

/** @param policy Another policy for every group; default: the recorded ones. */
export function replayJournal(lines: Iterable<JournalLine>, policy?: Policy): ReplayReport {
  const groups = new Map<string, GroupState>();
  const ordered = new Map<string, Policy>();
  const recorded: Decision[] = [];
  const replayed: Decision[] = [];
  let begin: Extract<JournalLine, { kind: 'begin' }> | null = null;
  let inputs = 0;
  for (const line of lines) {
    switch (line.kind) {
      case 'begin':
        begin = line;
        break;
      case 'open':
        groups.set(
          line.group,
          createGroup(line.group, begin?.instance ?? '', begin?.groups[line.group]?.regions ?? []),
        );
        break;
      case 'policy':
        ordered.set(line.group, line.policy);
        break;
      case 'input': {
        inputs += 1;
        const state = groups.get(line.group);
        const configured = begin?.groups[line.group]?.policy ?? begin?.policy;
        const own = policy ?? ordered.get(line.group) ?? configured;
        if (state === undefined || own === undefined) break;
        groups.set(line.group, take(state, line.input, own, replayed));
        break;
      }
      case 'decision':
        recorded.push(line.decision);
        break;
    }
  }
  return { inputs, recorded, replayed, difference: firstDifference(recorded, replayed) };
}

/** One recorded decision, made again from the state and input recorded beside it. */
export function replayDecision(record: IncidentRecord): ReplayReport {
  if (record.event.kind !== 'decided')
    return { inputs: 0, recorded: [], replayed: [], difference: null };
  const { decision, replay } = record.event;
  const replayed: Decision[] = [];
  take(replay.state as GroupState, replay.input as GroupInput, replay.policy as Policy, replayed);
  const made = replayed.filter(({ reason }) => reason === decision.reason);
  return {
    inputs: 1,
    recorded: [decision],
    replayed: made,
    difference: firstDifference([decision], made),
  };
}

/** What a policy would have made of recorded partials, starting from nothing. */
export function judgePartials(
  partials: Iterable<{ readonly partial: Partial; readonly appendedMs: number }>,
  policy: Policy,
): readonly Decision[] {
  const groups = new Map<string, GroupState>();
  const decisions: Decision[] = [];
  for (const { partial, appendedMs } of partials) {
    const { group } = partial;
    const state = groups.get(group) ?? openGroup(group, policy, decisions);
    groups.set(
      group,
      take(state, { kind: 'partial', partial, nowMs: appendedMs }, policy, decisions, true),
    );
  }
  return decisions;
}

function openGroup(group: string, policy: Policy, decisions: Decision[]): GroupState {
  return take(
    createGroup(group, 'replay', []),
    { kind: 'owned', saved: null },
    policy,
    decisions,
    true,
  );
}

/** @param echo Hand own decisions back, as the log would have. Recordings hold those echoes already. */
function take(
  state: GroupState,
  input: GroupInput,
  policy: Policy,
  decisions: Decision[],
  echo = false,
): GroupState {
  const [next, effects] = step(state, input, policy);
  let current = next;
  for (const effect of effects) {
    if (effect.kind !== 'publishDecision') continue;
    decisions.push(effect.decision);
    if (echo)
      current = take(
        current,
        { kind: 'decisionSeen', decision: effect.decision },
        policy,
        decisions,
      );
  }
  return current;
}

function firstDifference(
  recorded: readonly Decision[],
  replayed: readonly Decision[],
): ReplayReport['difference'] {
  const length = Math.max(recorded.length, replayed.length);
  for (let index = 0; index < length; index++) {
    const a = JSON.stringify(recorded[index]) ?? 'nothing';
    const b = JSON.stringify(replayed[index]) ?? 'nothing';
    if (a !== b) return { index, recorded: a, replayed: b };
  }
  return null;
}
