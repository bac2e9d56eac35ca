// What a person (or a program) writes. Everything may be left out; lengths of time are text such as
// `90s`, because half the readers of a bare number would take it for something else.

import type { Severity } from '@regionpilot/protocol';
import type { ReceiverKind } from '../receiver.ts';
import type { SignalName } from '../rule.ts';

/** Text such as `250ms`, `90s`, `5m`, `1h30m`, `3d`. */
export type Duration = string;

export type BeatInput = { readonly receiver: string; readonly every?: Duration };

export type ReceiverInput = {
  readonly kind: ReceiverKind;
  readonly sendResolved?: boolean;
  readonly ratePerMinute?: number;
  readonly concurrency?: number;
  readonly timeout?: Duration;
  readonly retry?: Duration;
  readonly retryMax?: Duration;
  readonly giveUpAfter?: Duration;
  readonly title?: string;
  readonly body?: string;
  /** pagerduty */
  readonly routingKeyFile?: string;
  readonly baseUrl?: string;
  readonly changeEvents?: boolean;
  /** webhook */
  readonly url?: string;
  readonly format?: 'standard' | 'alertmanager';
  readonly secretFiles?: readonly string[];
  readonly allow?: readonly string[];
  /** slack */
  readonly urlFile?: string;
  /** alertmanager */
  readonly urls?: readonly string[];
  /** email */
  readonly host?: string;
  readonly port?: number;
  readonly secure?: boolean;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly from?: string;
  readonly to?: readonly string[];
};

/** A child takes over from its parent what it does not say, except `match`, `continue` and `routes`. */
export type RouteInput = {
  readonly match?: readonly string[];
  readonly receivers?: readonly string[];
  readonly groupBy?: readonly string[];
  readonly groupWait?: Duration;
  readonly groupInterval?: Duration;
  readonly repeatInterval?: Duration;
  readonly continue?: boolean;
  readonly routes?: readonly RouteInput[];
};

export type InhibitInput = {
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly equal?: readonly string[];
};

export type WhenInput =
  | { readonly above: number; readonly until?: number }
  | { readonly below: number; readonly until?: number }
  | { readonly is: readonly string[] }
  | {
      readonly burnRate: readonly {
        readonly long: Duration;
        readonly short: Duration;
        readonly burn: number;
      }[];
      readonly objective: number;
      readonly minEvents?: number;
    };

/** Laid over the shipped rule of that name, or a rule of its own. */
export type RuleInput = {
  /** True removes the shipped rule. */
  readonly off?: boolean;
  readonly signal?: SignalName;
  readonly only?: readonly string[];
  readonly when?: WhenInput;
  readonly for?: Duration;
  readonly keepFiringFor?: Duration;
  readonly noData?: 'alert' | 'keep' | 'resolve';
  readonly noDataAfter?: Duration;
  readonly severity?: Severity;
  readonly severityMitigated?: Severity | null;
  readonly summary?: string;
  readonly description?: string;
  readonly runbook?: string;
  readonly dashboard?: string;
};

export type AlertsInput = {
  readonly deployment?: string;
  readonly runbookBase?: string;
  readonly dashboardBase?: string;
  readonly startDelay?: Duration;
  readonly heartbeat?: BeatInput;
  readonly probe?: BeatInput;
  readonly flapping?: { readonly changes?: number; readonly window?: Duration };
  readonly receivers?: Readonly<Record<string, ReceiverInput>>;
  readonly route?: RouteInput;
  readonly inhibit?: readonly InhibitInput[];
  readonly rules?: Readonly<Record<string, RuleInput>>;
  /** Group, or `default` for all others → share that must succeed, 0..1 exclusive. */
  readonly objectives?: Readonly<Record<string, number>>;
};
