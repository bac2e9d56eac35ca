/**
 * The receivers of a config, ready to be told: each with connections of its own, so that a slow one
 * delays no other.
 */
import { type Notice, PipelineError } from '@regionpilot/protocol';
import type { Receiver, Secrets } from '../../receiver.ts';
import type { AttemptOutcome, Deliver } from '../../receivers/port.ts';
import { createRedact, type Redact } from '../../receivers/redact.ts';
import { filesOf } from '../../receivers/secret-files.ts';
import { conclude, verdict } from '../../receivers/verdict.ts';
import { type Channel, openChannel } from './channels.ts';

export type Receivers = {
  /** Null: there is no receiver of this name. */
  readonly deliver: (name: string) => Deliver | null;
  /** Ends what is under way; safe to call twice. */
  readonly close: () => Promise<void>;
};

export type ReceiversOptions = {
  /** ms since 1970. Default: the system's clock. */
  readonly now?: () => number;
  /** Told of what is wrong but stops nothing, such as a template that fails. Without secrets. */
  readonly onWarning?: (receiver: string, warning: string) => void;
};

/**
 * Opens no connection yet. A secret that is missing or cannot be one is found here, before anybody
 * has to be told anything.
 * @throws {PipelineError} CONFIG_INVALID naming the receiver and the file.
 */
export function openReceivers(
  receivers: readonly Receiver[],
  secrets: Secrets,
  options: ReceiversOptions = {},
): Receivers {
  const { now = Date.now, onWarning = () => undefined } = options;
  const open = receivers.map((receiver) => openOne(receiver, secrets, now, onWarning));
  const byName = new Map(open.map((each) => [each.name, each]));
  return {
    deliver: (name) => byName.get(name)?.deliver ?? null,
    close: async () => {
      await Promise.all(open.map(({ channel }) => channel.close()));
    },
  };
}

type Open = { readonly name: string; readonly channel: Channel; readonly deliver: Deliver };

function openOne(
  receiver: Receiver,
  secrets: Secrets,
  now: () => number,
  onWarning: (receiver: string, warning: string) => void,
): Open {
  const { name } = receiver;
  requireSecrets(receiver, secrets);
  const redact = createRedact(secretsOf(receiver, secrets));
  const warned = new Set<string>();
  const channel = openChannel(receiver, secrets, now);
  const warn = (note: string | null) => {
    if (note === null || warned.has(note) || warned.size >= maxWarnings) return;
    warned.add(note);
    onWarning(name, redact(note));
  };
  warn(doubtOf(receiver, secrets));
  return { name, channel, deliver: deliverBy(channel, redact, warn) };
}

/** What must not be repeated: the files' contents, what travels in their place, and tokens in URLs. */
function secretsOf(receiver: Receiver, secrets: Secrets): readonly string[] {
  const own = filesOf(receiver).flatMap((file) => secrets.get(file) ?? []);
  if (receiver.kind === 'webhook') return [...own, receiver.url];
  if (receiver.kind === 'alertmanager') return receiver.urls;
  if (receiver.kind !== 'email') return own;
  const login = own.map((password) => `\u0000${receiver.username}\u0000${password}`);
  return [...own, ...[...own, ...login].map((text) => Buffer.from(text).toString('base64'))];
}

/** PagerDuty decides, but most mistakes show already here; null: none. */
function doubtOf(receiver: Receiver, secrets: Secrets): string | null {
  if (receiver.kind !== 'pagerduty') return null;
  const key = secrets.get(receiver.routingKeyFile) ?? '';
  if (/^[A-Za-z0-9]{32}$/.test(key)) return null;
  return `${receiver.routingKeyFile} holds no routing key as PagerDuty makes them (32 letters and digits)`;
}

/** Each warning once, and not without end. */
const maxWarnings = 100;

function deliverBy(channel: Channel, redact: Redact, warn: (note: string | null) => void): Deliver {
  return async (notice, attempt, nowMs) => {
    try {
      const { title, note, verdict: from } = await channel.tell(notice, attempt, nowMs);
      const outcome = conclude(from, title, redact);
      warn(note);
      // A yes with a flaw (one peer of two, one recipient of three): no record will keep it.
      if (outcome.result === 'accepted') warn(outcome.error);
      return outcome;
    } catch (error) {
      return broken(notice, error, redact);
    }
  };
}

/** A bug of ours: nothing was said, and it must neither be lost nor stop the others. */
function broken(notice: Notice, error: unknown, redact: Redact): AttemptOutcome {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return conclude(verdict('retry', null, `not sent: ${reason}`), notice.dedupKey, redact);
}

function requireSecrets(receiver: Receiver, secrets: Secrets): void {
  const file = filesOf(receiver).find((name) => !secrets.get(name));
  if (file === undefined) return;
  const message = `Receiver ${receiver.name} needs the secret in ${file}, which was not read.`;
  throw new PipelineError('CONFIG_INVALID', message, {
    retriable: false,
    receiver: receiver.name,
    file,
  });
}
