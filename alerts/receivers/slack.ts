// Slack's incoming webhook. What was posted cannot be edited through it, so a resolve is a message of
// its own; and `ok` in plain text is the only yes, for Slack explains its noes with a 200 too.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

import type { Notice } from '@regionpilot/protocol';
import type { Secrets, SlackReceiver } from '../receiver.ts';
import { slackText } from './escape.ts';
import { linksOf } from './links.ts';
import type { HttpAnswer } from './port.ts';
import { json, type Rendered } from './rendered.ts';
import { textsOf } from './template.ts';
import {
  accepted,
  isRedirect,
  later,
  never,
  redirected,
  said,
  unanswered,
  type Verdict,
} from './verdict.ts';

/** Slack refuses a section of more than 3,000 characters. */
const maxSection = 3_000;
const maxTitle = 1_000;

export function renderSlack(
  notice: Notice,
  receiver: SlackReceiver,
  secrets: Secrets,
  _nowMs: number,
  _attempt: number,
): Rendered {
  const { title, body, note } = textsOf(notice, receiver);
  const text = slackText(title, maxTitle);
  const sections = [body, linkLine(notice)].filter((each) => each !== '');
  const attachment = {
    color: colorOf(notice),
    fallback: text,
    blocks: sections.map((each) => section(slackText(each, maxSection))),
  };
  const message = { text, ...(sections.length > 0 && { attachments: [attachment] }) };
  return {
    title,
    note,
    request: json(secrets.get(receiver.urlFile) ?? '', JSON.stringify(message)),
  };
}

export function classifySlack(answer: HttpAnswer, nowMs: number): Verdict {
  if (answer.kind !== 'answer') return unanswered(answer);
  const { status, body } = answer;
  if (status === 200 && body === 'ok') return { ...accepted, status };
  if (status === 429 || status >= 500) return later(answer, nowMs);
  if (isRedirect(answer)) return never(answer, redirected);
  return never(answer, status === 200 ? `it did not say ok: ${said(answer)}` : said(answer));
}

function section(text: string): unknown {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** Addresses that the body may have lost to its limit; Slack makes links of them by itself. */
function linkLine(notice: Notice): string {
  return linksOf(notice.alerts, 4)
    .map(({ href, text }) => `${text}: ${href}`)
    .join('\n');
}

/** Beside the words, never instead of them. */
function colorOf(notice: Notice): string {
  if (notice.action === 'resolve') return '#2eb886';
  if (notice.action !== 'trigger') return '#808080';
  return { page: '#d00000', ticket: '#daa038', info: '#3a7bd5' }[notice.severity];
}
