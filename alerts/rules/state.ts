// Everything the rules remember, in one place: the world as the facts tell it, the latest sample of
// each signal instance, and one tracker per rule and instance that is or was lately in trouble.

import type { Alert, Labels } from '@regionpilot/protocol';
import type { AlertingConfig } from '../config.ts';
import type { SignalName } from '../rule.ts';
import type { Windows } from './burn.ts';
import type { Prepared } from './prepare.ts';
import type { Value } from './signals/sample.ts';
import type { World } from './signals/world.ts';

export type RulesConfig = Pick<
  AlertingConfig,
  'rules' | 'flapping' | 'runbookBase' | 'dashboardBase'
>;

export type Instance = {
  readonly labels: Labels;
  value: Value;
  /** Log time of the last word about it. */
  heardMs: number;
};

export type Tracker = {
  readonly rule: string;
  readonly signal: SignalName;
  readonly key: string;
  /** Identity of the alert, `alertname` included. */
  readonly labels: Labels;
  readonly fingerprint: string;
  state: 'ok' | 'pending' | 'firing' | 'recovering' | 'noData';
  /** Since when it is in this state, and when this alert began. */
  sinceMs: number;
  startsMs: number;
  /** End of the alert before; 0: none. */
  endsMs: number;
  /** The condition, with hysteresis, as of the last sample. */
  holds: boolean;
  /** The signal fell silent. */
  silent: boolean;
  heardMs: number;
  value: number | null;
  /** The condition in words. */
  because: string;
  /** Recent changes between firing and not. */
  flips: number[];
  flapping: boolean;
  /** The log knows how this ended up until here; older facts do not move it. */
  lockedMs: number;
  /** Last time its words were looked at. */
  wordsMs: number;
  alert: Alert | null;
};

export type RulesState = {
  nowMs: number;
  readonly world: World;
  readonly instances: Map<SignalName, Map<string, Instance>>;
  /** Group → windows of counts. */
  readonly burns: Map<string, Windows>;
  /** Rule and instance → tracker. */
  readonly trackers: Map<string, Tracker>;
  /** Alerts the log knew better, until the rules are at hand to place them. */
  readonly recalled: Map<string, Alert>;
  /** Rule → what it said, to notice when it says something else. */
  readonly ruleTexts: Map<string, string>;
  /** Made of the config, never saved. */
  prepared: Prepared | null;
};

export function trackerKey(rule: string, instance: string): string {
  return `${rule}\u0001${instance}`;
}
