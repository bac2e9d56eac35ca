// Receivers as written to receivers with every field: the defaults of each kind, and what cannot be
// right. Defaults keep below what the other side is known to bear and keep trying for as long as the
// news is worth having there: days for a webhook that books it, an hour for a chat.

import Type, { type TObject } from 'typebox';
import type {
  EmailReceiver,
  PagerDutyReceiver,
  Receiver,
  ReceiverCommon,
  ReceiverKind,
  WebhookReceiver,
} from '../receiver.ts';
import { cidrFlaws, mailFlaws, pastedSecretFlaws, privateFlaws, urlFlaws } from './addresses.ts';
import {
  duration,
  fieldFlaws,
  file,
  isRecord,
  list,
  ms,
  oneOf,
  section,
  text,
  whole,
} from './fields.ts';
import { didYouMean, type Flaw, flaw } from './flaw.ts';
import type { ReceiverInput } from './input.ts';
import { templateFlaws } from './templates.ts';

export const receiverKinds = ['pagerduty', 'webhook', 'slack', 'alertmanager', 'email'] as const;

const minute = 60_000;
const hour = 60 * minute;

type Defaults = Omit<ReceiverCommon, 'name' | 'title' | 'body'>;

const common: Defaults = {
  sendResolved: true,
  ratePerMinute: 0,
  concurrency: 8,
  timeoutMs: 10_000,
  retryMs: 1_000,
  retryMaxMs: minute,
  giveUpAfterMs: 24 * hour,
};

export const receiverDefaults: Readonly<Record<ReceiverKind, Defaults>> = {
  /** About 120 calls a minute are taken per key, and others may share it. */
  pagerduty: { ...common, ratePerMinute: 100 },
  webhook: { ...common, timeoutMs: 20_000, giveUpAfterMs: 72 * hour },
  /** One message a second with short bursts; later than an hour it only confuses. */
  slack: { ...common, ratePerMinute: 50, concurrency: 1, giveUpAfterMs: hour },
  /** It is told again every minute anyway while the alert fires. */
  alertmanager: { ...common, giveUpAfterMs: 10 * minute },
  email: { ...common, ratePerMinute: 30, concurrency: 2 },
};

const commonFields = {
  sendResolved: Type.Boolean({ wanted: 'true or false' }),
  ratePerMinute: whole(0, 100_000),
  concurrency: whole(1, 100),
  timeout: duration(100, 2 * minute),
  retry: duration(10, hour),
  retryMax: duration(10, 24 * hour),
  giveUpAfter: duration(1_000, 30 * 24 * hour),
  title: text(4_096),
  body: text(20_000),
};

const url = text(2_048);
const kind = { kind: oneOf(receiverKinds) };
const schemas: Readonly<Record<ReceiverKind, TObject>> = {
  pagerduty: section(
    { ...kind, routingKeyFile: file },
    { ...commonFields, baseUrl: url, changeEvents: Type.Boolean({ wanted: 'true or false' }) },
  ),
  webhook: section(
    { ...kind, url },
    {
      ...commonFields,
      format: oneOf(['standard', 'alertmanager']),
      secretFiles: list('file names', file),
      allow: list('address ranges', text(64)),
    },
  ),
  slack: section({ ...kind, urlFile: file }, commonFields),
  alertmanager: section({ ...kind, urls: list('URLs', url, 1) }, commonFields),
  email: section(
    { ...kind, host: text(253), from: text(320), to: list('mail addresses', text(320), 1) },
    {
      ...commonFields,
      port: whole(1, 65_535),
      secure: Type.Boolean({ wanted: 'true or false' }),
      username: text(320),
      passwordFile: file,
    },
  ),
};

/** Shorter than a name elsewhere: it is part of topic keys, metric labels and commands. */
const receiverName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Every problem of the `receivers` section. */
export function receiversFlaws(receivers: unknown): readonly Flaw[] {
  if (receivers === undefined) return [];
  if (!isRecord(receivers)) return [flaw('receivers', receivers, 'receivers by name')];
  const entries = Object.entries(receivers);
  if (entries.length === 0) return [flaw('receivers', receivers, 'at least one receiver')];
  return entries.flatMap(([name, receiver]) => oneFlaws(name, receiver));
}

function oneFlaws(name: string, input: unknown): readonly Flaw[] {
  const path = `receivers.${name}`;
  if (!receiverName.test(name)) {
    return [flaw(path, name, 'a name of letters, digits and ._-, at most 64')];
  }
  if (!isRecord(input)) return fieldFlaws(section(kind, {}), input, path);
  const given = input['kind'];
  const known = receiverKinds.find((each) => each === given);
  if (known === undefined) {
    const wanted = `one of ${receiverKinds.join(', ')}`;
    return [flaw(`${path}.kind`, given, wanted, didYouMean(String(given), receiverKinds))];
  }
  const shape = fieldFlaws(schemas[known], input, path);
  const wrong = new Set(shape.map((each) => each.path.slice(path.length + 1).split('.', 1)[0]));
  // What is wrong by shape is left out, so that the rest can still be looked at.
  const sound = Object.entries(input).filter(([field]) => !wrong.has(field));
  return [...shape, ...senseFlaws(path, known, Object.fromEntries(sound))];
}

function senseFlaws(path: string, kindOf: ReceiverKind, input: Partial<ReceiverInput>): Flaw[] {
  const { baseUrl, from, retry, retryMax, title, body, allow = [], to = [], urls = [] } = input;
  const files = ['routingKeyFile', 'urlFile', 'passwordFile'] as const;
  const { retryMs, retryMaxMs } = receiverDefaults[kindOf];
  const tooSoon = ms(retry, retryMs) > ms(retryMax, retryMaxMs);
  return [
    ...files.flatMap((field) => {
      const name = input[field];
      return name === undefined ? [] : pastedSecretFlaws(`${path}.${field}`, name);
    }),
    ...(input.secretFiles ?? []).flatMap((name, i) =>
      pastedSecretFlaws(`${path}.secretFiles.${i}`, name),
    ),
    ...(baseUrl === undefined ? [] : urlFlaws(`${path}.baseUrl`, baseUrl, { plainAllowed: false })),
    ...webhookFlaws(path, input.url, allow),
    ...allow.flatMap((cidr, i) => cidrFlaws(`${path}.allow.${i}`, cidr)),
    ...urls.flatMap((each, i) => urlFlaws(`${path}.urls.${i}`, each, { plainAllowed: true })),
    ...(from === undefined ? [] : mailFlaws(`${path}.from`, from)),
    ...to.flatMap((each, i) => mailFlaws(`${path}.to.${i}`, each)),
    ...loginFlaws(path, input),
    ...(tooSoon ? [flaw(`${path}.retry`, retry ?? retryMs, 'at most retryMax')] : []),
    ...(title === undefined ? [] : templateFlaws(`${path}.title`, title)),
    ...(body === undefined ? [] : templateFlaws(`${path}.body`, body)),
  ];
}

function webhookFlaws(
  path: string,
  address: string | undefined,
  allow: readonly string[],
): readonly Flaw[] {
  if (address === undefined) return [];
  const flaws = urlFlaws(`${path}.url`, address, { plainAllowed: allow.length > 0 });
  return flaws.length > 0 ? flaws : privateFlaws(`${path}.url`, address, allow);
}

function loginFlaws(path: string, { username, passwordFile }: Partial<ReceiverInput>): Flaw[] {
  if ((username === undefined) === (passwordFile === undefined)) return [];
  const missing = username === undefined ? 'username' : 'passwordFile';
  return [flaw(`${path}.${missing}`, undefined, 'both username and passwordFile, or neither')];
}

/** A receiver that was checked before, with every field. */
export function receiverOf(name: string, input: ReceiverInput): Receiver {
  const base = commonOf(name, input);
  switch (input.kind) {
    case 'pagerduty':
      return { ...base, ...pagerDuty(input) };
    case 'webhook':
      return { ...base, ...webhook(input) };
    case 'slack':
      return { ...base, kind: 'slack', urlFile: input.urlFile ?? '' };
    case 'alertmanager':
      return { ...base, kind: 'alertmanager', urls: (input.urls ?? []).map(withoutSlash) };
    case 'email':
      return { ...base, ...email(input) };
  }
}

type Own<R extends Receiver> = Omit<R, keyof ReceiverCommon>;

function commonOf(name: string, input: ReceiverInput): ReceiverCommon {
  const defaults = receiverDefaults[input.kind];
  return {
    name,
    sendResolved: input.sendResolved ?? defaults.sendResolved,
    ratePerMinute: input.ratePerMinute ?? defaults.ratePerMinute,
    concurrency: input.concurrency ?? defaults.concurrency,
    timeoutMs: ms(input.timeout, defaults.timeoutMs),
    retryMs: ms(input.retry, defaults.retryMs),
    retryMaxMs: ms(input.retryMax, defaults.retryMaxMs),
    giveUpAfterMs: ms(input.giveUpAfter, defaults.giveUpAfterMs),
    title: input.title ?? null,
    body: input.body ?? null,
  };
}

function pagerDuty(input: ReceiverInput): Own<PagerDutyReceiver> {
  return {
    kind: 'pagerduty',
    routingKeyFile: input.routingKeyFile ?? '',
    baseUrl: withoutSlash(input.baseUrl ?? 'https://events.pagerduty.com'),
    changeEvents: input.changeEvents ?? true,
  };
}

function webhook(input: ReceiverInput): Own<WebhookReceiver> {
  return {
    kind: 'webhook',
    url: input.url ?? '',
    format: input.format ?? 'standard',
    secretFiles: input.secretFiles ?? [],
    allow: input.allow ?? [],
  };
}

function email(input: ReceiverInput): Own<EmailReceiver> {
  const secure = input.secure ?? false;
  return {
    kind: 'email',
    host: input.host ?? '',
    port: input.port ?? (secure ? 465 : 587),
    secure,
    username: input.username ?? null,
    passwordFile: input.passwordFile ?? null,
    from: input.from ?? '',
    to: input.to ?? [],
  };
}

/** Paths are put behind it. */
function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
