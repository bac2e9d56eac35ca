// One alerting process as its host sees it: what it is given, what it can be asked and told.

import type { Bus } from '@regionpilot/bus';
import type { Ack, AlertingReading } from '@regionpilot/protocol';
import type { AlertingConfig } from './config.ts';
import type { DeliveryStatus } from './delivery/delivery.ts';
import type { AlertingLog } from './log.ts';
import type { Secrets } from './receiver.ts';
import type { ObserveAlerting } from './trace.ts';

export type AlertingOptions = {
  readonly config: AlertingConfig;
  readonly secrets: Secrets;
  /** For alerts and what they are made of. Closed by its owner, not by us. */
  readonly bus: Bus;
  /** For what may wait: attempts, snapshots, dead letters. Default: the same. */
  readonly bulkBus?: Bus;
  /** Name of this process; a random suffix makes each start unique. */
  readonly instance: string;
  readonly topicPrefix: string;
  /** Instances with the same name share the work. Default `regionpilot-alerts`. */
  readonly consumerGroup?: string;
  readonly log?: AlertingLog;
  /** Hears of every attempt that a trace may be read out of. Must not throw. Default: nobody. */
  readonly observe?: ObserveAlerting | undefined;
};

export type AlertingStatus = {
  readonly instance: string;
  /** Partition → the term we hold, or null while its past is being read. */
  readonly partitions: Readonly<Record<string, number | null>>;
  /** By partition, then by receiver. */
  readonly receivers: Readonly<Record<string, Readonly<Record<string, DeliveryStatus>>>>;
  /** Alerts that fire (or have no data) in our partitions. */
  readonly firing: number;
  /** Why the last new config was refused; null: the running one is the newest. */
  readonly configProblem: string | null;
  /** Way of the last synthetic alert, ms; null before the first. */
  readonly probeLatencyMs: number | null;
  /** Records not yet in the log, by topic. */
  readonly waiting: Readonly<Record<string, number>>;
};

export type Alerting = {
  readonly status: () => AlertingStatus;
  /** Plain numbers for whoever exports them. Costs what it reads, when asked. */
  readonly metrics: () => AlertingReading;
  /** Another config from now on. Nothing is sent twice; rhythms go on. */
  readonly reload: (config: AlertingConfig, secrets: Secrets) => void;
  /** A new config could not be used: the running one stays, and somebody is told. */
  readonly refuse: (problem: string) => void;
  /** Somebody has it. Resolves when the word is in the log. */
  readonly ack: (ack: Ack) => Promise<void>;
  /** Saves, leaves the group and stops; safe to call twice. */
  readonly close: () => Promise<void>;
  /** Stops at once, saving nothing, as a crash would. For drills and tests. */
  readonly abandon: () => Promise<void>;
};
