/** One way to a receiver per kind: what is pure renders and judges, what is here sends. */
import type { Notice } from '@regionpilot/protocol';
import type {
  AlertmanagerReceiver,
  EmailReceiver,
  Receiver,
  Secrets,
  WebhookReceiver,
} from '../../receiver.ts';
import { classifyAlertmanager, renderAlertmanager } from '../../receivers/alertmanager.ts';
import { classifyEmail, renderEmail } from '../../receivers/email.ts';
import { classifyPagerDuty, renderPagerDuty } from '../../receivers/pagerduty.ts';
import type { HttpAnswer } from '../../receivers/port.ts';
import type { Rendered } from '../../receivers/rendered.ts';
import { classifySlack, renderSlack } from '../../receivers/slack.ts';
import { accepted, type Verdict } from '../../receivers/verdict.ts';
import { classifyWebhook, renderWebhook } from '../../receivers/webhook.ts';
import { createAddressGuard } from './address-guard.ts';
import { createHttpClient, type HttpClientOptions } from './http.ts';
import { createSign } from './sign.ts';
import { sendMail } from './smtp.ts';

export type Told = {
  readonly title: string;
  /** Worth a warning, although it was told; null: nothing. */
  readonly note: string | null;
  readonly verdict: Verdict;
};

export type Channel = {
  readonly tell: (notice: Notice, attempt: number, nowMs: number) => Promise<Told>;
  readonly close: () => Promise<void>;
};

/** @throws {PipelineError} CONFIG_INVALID for a webhook key that is none. */
export function openChannel(receiver: Receiver, secrets: Secrets, now: () => number): Channel {
  switch (receiver.kind) {
    case 'pagerduty':
      return overHttp(receiver, now, {
        render: (notice, attempt, nowMs) =>
          renderPagerDuty(notice, receiver, secrets, nowMs, attempt),
        classify: classifyPagerDuty,
      });
    case 'webhook':
      return webhookChannel(receiver, secrets, now);
    case 'slack':
      return overHttp(
        receiver,
        now,
        {
          render: (notice, attempt, nowMs) =>
            renderSlack(notice, receiver, secrets, nowMs, attempt),
          classify: classifySlack,
        },
        { statusDecides: false },
      );
    case 'alertmanager':
      return alertmanagerChannel(receiver, secrets, now);
    case 'email':
      return emailChannel(receiver, secrets);
  }
}

type Way = {
  readonly render: (notice: Notice, attempt: number, nowMs: number) => Rendered;
  readonly classify: (answer: HttpAnswer, nowMs: number) => Verdict;
};

function webhookChannel(receiver: WebhookReceiver, secrets: Secrets, now: () => number): Channel {
  const sign = createSign(
    new Map(receiver.secretFiles.map((file) => [file, secrets.get(file) ?? ''])),
  );
  const render: Way['render'] = (notice, attempt, nowMs) =>
    renderWebhook(notice, receiver, secrets, nowMs, attempt, sign);
  const guard = createAddressGuard(receiver.allow);
  return overHttp(receiver, now, { render, classify: classifyWebhook }, { guard });
}

function overHttp(
  receiver: Receiver,
  now: () => number,
  { render, classify }: Way,
  options: Partial<HttpClientOptions> = {},
): Channel {
  const client = createHttpClient({ ...boundsOf(receiver), ...options });
  return {
    tell: async (notice, attempt, nowMs) => {
      const { title, note, request } = render(notice, attempt, nowMs);
      if (request === null) return { title, note, verdict: accepted };
      const answer = await client.send(request);
      return { title, note, verdict: classify(answer, now()) };
    },
    close: client.close,
  };
}

function alertmanagerChannel(
  receiver: AlertmanagerReceiver,
  secrets: Secrets,
  now: () => number,
): Channel {
  const client = createHttpClient(boundsOf(receiver));
  return {
    tell: async (notice, attempt, nowMs) => {
      const { title, note, requests } = renderAlertmanager(
        notice,
        receiver,
        secrets,
        nowMs,
        attempt,
      );
      const answers = await Promise.all(
        requests.map(async (request) => ({ url: request.url, answer: await client.send(request) })),
      );
      const verdict = classifyAlertmanager(answers, now(), notice.action === 'resolve');
      return { title, note, verdict };
    },
    close: client.close,
  };
}

function emailChannel(receiver: EmailReceiver, secrets: Secrets): Channel {
  const password = secrets.get(receiver.passwordFile ?? '') ?? null;
  const closing = new AbortController();
  return {
    tell: async (notice, attempt, nowMs) => {
      const { title, note, mail } = renderEmail(notice, receiver, secrets, nowMs, attempt);
      const answer = await sendMail(mail, receiver, password, closing.signal);
      return { title, note, verdict: classifyEmail(answer) };
    },
    close: async () => closing.abort(),
  };
}

function boundsOf({ timeoutMs, concurrency }: Receiver): HttpClientOptions {
  return { timeoutMs, connections: concurrency, guard: null, statusDecides: true };
}
