// The brain of one partition: facts in, things to write out. It joins the two halves, rules (is
// something wrong?) and notifier (who is told, and when?), and knows how a brain comes back after a
// crash: rules from their snapshot, what was told from the log, then the facts in between again.

import type { Ack, Alert, AlertsTopicRecord, Counts, Silence } from '@regionpilot/protocol';
import type { AlertingConfig } from './config.ts';
import type { Fact } from './fact.ts';
import type { NoticeDraft, NotifyInput } from './notify/input.ts';
import {
  begin,
  createNotifier,
  type NotifierState,
  type Prepared,
  prepare,
  reloadNotifier,
  remember,
  stepNotify,
} from './notify/notifier.ts';
import { suppressedIn } from './notify/suppressed.ts';
import type { RuleOutput } from './rules/output.ts';
import {
  createRules,
  type RulesState,
  recallAlert,
  reloadRules,
  restoreRules,
  saveRules,
  stepRules,
} from './rules/rules.ts';

/** Older changes are history, not news, for somebody who was not there. */
const newsMs = 3_600_000;

export type Brain = {
  config: AlertingConfig;
  prepared: Prepared;
  readonly rules: RulesState;
  readonly notifier: NotifierState;
  /** While the past is read again: outputs are gathered, nobody is told. */
  missed: Missed | null;
  nowMs: number;
};

type Missed = {
  readonly alerts: Map<string, { readonly alert: Alert; readonly causeMs: number }>;
  readonly changes: Extract<NotifyInput, { readonly kind: 'change' }>[];
};

/** What a step wants in the log. Alerts that changed, and notices nobody has signed yet. */
export type Said = {
  readonly alerts: readonly Alert[];
  readonly drafts: readonly NoticeDraft[];
};

/**
 * A brain that has read its log but not yet the facts since its snapshot.
 * @param saved What `saveBrain` gave, or null; damaged is as good as none.
 */
export function openBrain(
  config: AlertingConfig,
  saved: string | null,
  log: Iterable<AlertsTopicRecord>,
): Brain {
  const rules = (saved === null ? null : restoreRules(saved)) ?? createRules();
  const notifier = createNotifier();
  for (const record of log) {
    if (record.kind === 'alert') recallAlert(rules, record.alert);
    remember(notifier, record);
  }
  const missed: Missed = { alerts: new Map(), changes: [] };
  return { config, prepared: prepare(config), rules, notifier, missed, nowMs: 0 };
}

/** The past is read: from here on people are told. */
export function beginBrain(brain: Brain, nowMs: number): Said {
  const { missed } = brain;
  if (missed === null) return { alerts: [], drafts: [] };
  brain.missed = null;
  brain.nowMs = Math.max(brain.nowMs, nowMs);
  begin(brain.notifier, brain.nowMs, brain.prepared);
  const caught = [...missed.alerts.values()];
  const inputs: NotifyInput[] = [
    ...caught.map((each) => ({ kind: 'alert' as const, ...each })),
    ...missed.changes.filter(({ change }) => change.atMs >= nowMs - newsMs),
  ];
  return {
    alerts: caught.map(({ alert }) => alert),
    drafts: inputs.flatMap((input) => tell(brain, input)),
  };
}

/** One fact. Time never runs backwards, whatever the fact says. */
export function hearFact(brain: Brain, fact: Fact): Said {
  brain.nowMs = Math.max(brain.nowMs, fact.atMs);
  const outputs = stepRules(brain.rules, fact, brain.config);
  const said = take(brain, outputs, fact.kind === 'tick' ? brain.nowMs : fact.atMs);
  if (fact.kind !== 'tick' || brain.missed !== null) return said;
  return { alerts: said.alerts, drafts: [...said.drafts, ...tell(brain, { kind: 'tick' })] };
}

/** An operator's word, or a probe, read from the log. */
export function hearWord(
  brain: Brain,
  word: Silence | Ack | { readonly kind: 'probe'; readonly id: string; readonly causeMs: number },
  nowMs: number,
): readonly NoticeDraft[] {
  brain.nowMs = Math.max(brain.nowMs, nowMs);
  switch (word.kind) {
    case 'silence':
      return tell(brain, { kind: 'silence', silence: word });
    case 'ack':
      return tell(brain, { kind: 'ack', ack: word });
    case 'probe':
      return tell(brain, word);
  }
}

/** What somebody wrote to the log while the past is still being read. */
export function rememberWord(brain: Brain, record: AlertsTopicRecord): void {
  remember(brain.notifier, record);
}

/** Another config from now on; what fires goes on firing, in the same rhythm. */
export function reloadBrain(brain: Brain, config: AlertingConfig, nowMs: number): Said {
  brain.config = config;
  brain.prepared = prepare(config);
  brain.nowMs = Math.max(brain.nowMs, nowMs);
  const gone = reloadRules(brain.rules, config, brain.nowMs);
  reloadNotifier(brain.notifier, brain.prepared, brain.nowMs);
  return take(brain, gone, brain.nowMs);
}

/** What a snapshot holds. */
export function saveBrain(brain: Brain): string {
  return saveRules(brain.rules);
}

/** What fires and is not being told now, by receiver and reason. */
export function suppressedBy(brain: Brain): Counts {
  return suppressedIn(brain.notifier, brain.prepared);
}

function take(brain: Brain, outputs: readonly RuleOutput[], causeMs: number): Said {
  const alerts: Alert[] = [];
  const drafts: NoticeDraft[] = [];
  for (const output of outputs) {
    if (brain.missed !== null) {
      gather(brain.missed, output, causeMs);
      continue;
    }
    if (output.kind === 'alert') alerts.push(output.alert);
    drafts.push(...tell(brain, { ...output, causeMs }));
  }
  return { alerts, drafts };
}

function gather({ alerts, changes }: Missed, output: RuleOutput, causeMs: number): void {
  if (output.kind === 'change') changes.push({ ...output, causeMs });
  else alerts.set(output.alert.fingerprint, { alert: output.alert, causeMs });
}

function tell(brain: Brain, input: NotifyInput): readonly NoticeDraft[] {
  return stepNotify(brain.notifier, input, brain.prepared, brain.nowMs);
}
