// Where people are told. Every field has a default (`alerts/config/`) except addresses and secrets;
// secrets are named by file and are read by the shell alone.

export type ReceiverCommon = {
  readonly name: string;
  /** False: a resolve is not sent (it still counts as told). */
  readonly sendResolved: boolean;
  /** Most requests a minute, sliding; 0: no bound. */
  readonly ratePerMinute: number;
  /** Requests under way at once, one per dedup key. */
  readonly concurrency: number;
  /** An attempt is given up after this long, ms. */
  readonly timeoutMs: number;
  /** First wait between attempts; doubles, with jitter, up to `retryMaxMs`. ms. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** A notice that could not be delivered for this long goes to the dead letters, ms. */
  readonly giveUpAfterMs: number;
  /** Liquid templates over `notice`; null: the shipped ones. */
  readonly title: string | null;
  readonly body: string | null;
};

export type PagerDutyReceiver = ReceiverCommon & {
  readonly kind: 'pagerduty';
  readonly routingKeyFile: string;
  /** `https://events.pagerduty.com`; the EU has another. */
  readonly baseUrl: string;
  /** Tell it of changes too (`/v2/change/enqueue`). */
  readonly changeEvents: boolean;
};

export type WebhookReceiver = ReceiverCommon & {
  readonly kind: 'webhook';
  readonly url: string;
  /** Standard Webhooks 1.0, or the body Alertmanager posts (version 4), signed the same way. */
  readonly format: 'standard' | 'alertmanager';
  /** Files with `whsec_…` or `whsk_…` keys; each signs, so that keys can be rotated. Empty: unsigned. */
  readonly secretFiles: readonly string[];
  /** Private address ranges (CIDR) this receiver may be in; all others of that kind are refused. */
  readonly allow: readonly string[];
};

export type SlackReceiver = ReceiverCommon & {
  readonly kind: 'slack';
  /** The URL is the secret. */
  readonly urlFile: string;
};

export type AlertmanagerReceiver = ReceiverCommon & {
  readonly kind: 'alertmanager';
  /** Every peer is told, for they only share what they were told. */
  readonly urls: readonly string[];
};

export type EmailReceiver = ReceiverCommon & {
  readonly kind: 'email';
  readonly host: string;
  readonly port: number;
  /** TLS from the start; otherwise STARTTLS where offered. */
  readonly secure: boolean;
  readonly username: string | null;
  readonly passwordFile: string | null;
  readonly from: string;
  readonly to: readonly string[];
};

export type Receiver =
  | PagerDutyReceiver
  | WebhookReceiver
  | SlackReceiver
  | AlertmanagerReceiver
  | EmailReceiver;
export type ReceiverKind = Receiver['kind'];

/** Secrets by the file that holds them, trimmed. Never logged, never in a record. */
export type Secrets = ReadonlyMap<string, string>;
