// What is known of an alert, and what a person was told of it. The `alerts` topic is compacted, one
// record per key, and it is the alerting's whole memory: who restarts reads it to its end and goes
// on. State and the intent to tell somebody are one record (`Notice`), so that neither can be lost
// without the other.

/** Label or annotation name → value. Identity labels of an alert never change. */
export type Labels = Readonly<Record<string, string>>;

/** How soon a human must look: at once, in working hours, or only when reading back. */
export const severities = ['page', 'ticket', 'info'] as const;
export type Severity = (typeof severities)[number];

/**
 * `pending`: true, but not for long enough. `recovering`: no longer true, kept firing for a while.
 * `noData`: what the rule looks at fell silent, which is not the same as healthy.
 */
export const alertStates = ['pending', 'firing', 'recovering', 'noData', 'resolved'] as const;
export type AlertState = (typeof alertStates)[number];

export type Alert = {
  /** 16 hex digits: FNV-1a 64 over the sorted labels, as Alertmanager computes it. */
  readonly fingerprint: string;
  /** Identity: `alertname` (the rule) and what it is about, for example `group`, `region`. */
  readonly labels: Labels;
  readonly severity: Severity;
  readonly state: AlertState;
  /** Since when it is pending or firing, ms since 1970, by the log's clock. */
  readonly startsMs: number;
  /** When it was resolved; null while it is not. */
  readonly endsMs: number | null;
  /** Last change of anything here. */
  readonly updatedMs: number;
  /** Counts as resolved after this moment unless it is said again; null: only when said so. */
  readonly expiresMs: number | null;
  /** One line. */
  readonly summary: string;
  readonly description: string;
  /** `runbook`, `dashboard`, `evidence` and what else helps. */
  readonly annotations: Labels;
  /** What the rule compared last; null without data. */
  readonly value: number | null;
  /** It changes so often that it is kept open until it calms down. */
  readonly flapping: boolean;
  /** The last transition in words: the answer to "why did this fire (not)?". */
  readonly why: string;
};

/** What a receiver is told to do with the dedup key. `change` and `heartbeat` open nothing. */
export const noticeActions = [
  'trigger',
  'acknowledge',
  'resolve',
  'change',
  'heartbeat',
  'probe',
  'test',
] as const;
export type NoticeAction = (typeof noticeActions)[number];

/** Why this notice, and why now: the closed list behind "why was I paged?". */
export const noticeReasons = [
  'first',
  'alertsAdded',
  'someResolved',
  'allResolved',
  'repeat',
  'escalated',
  'downgraded',
  'flapping',
  /** Nobody fires unsilenced any more: the receiver is told, or it would stay open for ever. */
  'silenced',
  'silenceReport',
  'acknowledged',
  'change',
  'heartbeat',
  'probe',
  'test',
] as const;
export type NoticeReason = (typeof noticeReasons)[number];

/** One thing to tell one receiver. Key `notice/<receiver>/<dedupKey>`; the newest `seq` is the truth. */
export type Notice = {
  readonly v: 1;
  readonly kind: 'notice';
  /** Term of the owner that wrote it; see `AlertOwner`. */
  readonly term: number;
  readonly receiver: string;
  /** One story at one receiver: the same for trigger, repeats and resolve. */
  readonly dedupKey: string;
  /** Grows by one with every notice of this receiver and key, across restarts. */
  readonly seq: number;
  readonly action: NoticeAction;
  readonly reason: NoticeReason;
  /** The most urgent among the firing alerts. */
  readonly severity: Severity;
  readonly groupLabels: Labels;
  /** Firing first; at most 100, the rest is counted. */
  readonly alerts: readonly Alert[];
  readonly truncatedAlerts: number;
  /** Fingerprints that fire or were told resolved by this notice: what the next one is compared with. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** Acknowledged by whom; null: by nobody. */
  readonly ackedBy: string | null;
  readonly atMs: number;
  /** Append time of the record that caused it: delivery latency is counted from here. */
  readonly causeMs: number;
};

export const noticeOutcomes = ['delivered', 'superseded', 'deadLettered'] as const;
export type NoticeOutcome = (typeof noticeOutcomes)[number];

/** How a notice ended. Key `sent/<receiver>/<dedupKey>`. */
export type Sent = {
  readonly v: 1;
  readonly kind: 'sent';
  readonly term: number;
  readonly receiver: string;
  readonly dedupKey: string;
  readonly seq: number;
  readonly action: NoticeAction;
  readonly outcome: NoticeOutcome;
  readonly attempts: number;
  readonly atMs: number;
  /** Why it was given up; null otherwise. Never holds a secret. */
  readonly error: string | null;
};

/** Key `alert/<fingerprint>`: the alert by itself, for lists and for alerts nobody was told of yet. */
export type AlertRecord = {
  readonly v: 1;
  readonly kind: 'alert';
  readonly term: number;
  readonly alert: Alert;
};

export const matcherOps = ['=', '!=', '=~', '!~'] as const;

/** A regular expression is RE2 and must match the whole value; a missing label is the empty text. */
export type Matcher = {
  readonly label: string;
  readonly op: (typeof matcherOps)[number];
  readonly value: string;
};

/** Key `silence/<id>`. All matchers must match; it always ends. Written by operators. */
export type Silence = {
  readonly v: 1;
  readonly kind: 'silence';
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly startsMs: number;
  readonly endsMs: number;
  readonly author: string;
  readonly reason: string;
};

/** Key `ack/<dedupKey>`: somebody has it. Stops repeats until it resolves or gets worse. */
export type Ack = {
  readonly v: 1;
  readonly kind: 'ack';
  readonly dedupKey: string;
  readonly author: string;
  readonly source: 'cli' | 'pagerduty' | 'api';
  readonly atMs: number;
  /** False takes it back. */
  readonly acked: boolean;
};

/**
 * Key `owner/<partition>`. Who may speak for a partition claims the next term here and speaks only
 * after reading its claim back; records of a lower term behind a claim are a fenced owner's and
 * count for nothing.
 */
export type AlertOwner = {
  readonly v: 1;
  readonly kind: 'owner';
  readonly partition: number;
  readonly term: number;
  readonly owner: string;
  readonly atMs: number;
};

/** Key `probe/<partition>`: a synthetic alert on its way through everything, to measure that way. */
export type AlertProbe = {
  readonly v: 1;
  readonly kind: 'probe';
  readonly id: string;
  readonly atMs: number;
};

export type AlertsTopicRecord =
  | AlertRecord
  | Notice
  | Sent
  | Silence
  | Ack
  | AlertOwner
  | AlertProbe;

export function noticeKey({ receiver, dedupKey }: Pick<Notice, 'receiver' | 'dedupKey'>): string {
  return `notice/${receiver}/${dedupKey}`;
}

/** The compaction key of a record of the `alerts` topic. */
export function alertsKey(record: AlertsTopicRecord): string {
  switch (record.kind) {
    case 'alert':
      return `alert/${record.alert.fingerprint}`;
    case 'notice':
      return noticeKey(record);
    case 'sent':
      return `sent/${record.receiver}/${record.dedupKey}`;
    case 'silence':
      return `silence/${record.id}`;
    case 'ack':
      return `ack/${record.dedupKey}`;
    case 'owner':
      return `owner/${record.partition}`;
    case 'probe':
      return `probe/${record.id}`;
  }
}
