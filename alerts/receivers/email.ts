// A notice as a mail: plain text, and the same as HTML. The message's id is made of dedup key and
// number, so that a mail sent twice is recognized, and each answers the first of its story, so that a
// mail program shows one thread.

import type { Notice } from '@regionpilot/protocol';
import { fingerprintOf } from '../fingerprint.ts';
import type { EmailReceiver, Secrets } from '../receiver.ts';
import { htmlText } from './escape.ts';
import { httpUrl } from './links.ts';
import { textsOf } from './template.ts';
import { clip, oneLine } from './text.ts';
import { accepted, type Verdict, verdict } from './verdict.ts';

export type Mail = {
  readonly from: string;
  readonly to: readonly string[];
  /** One line of at most 200 code points. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets. */
  readonly messageId: string;
  /** Of the story's first mail; null: this is it. */
  readonly inReplyTo: string | null;
  readonly urgent: boolean;
};

export type RenderedMail = {
  readonly title: string;
  readonly note: string | null;
  readonly mail: Mail;
};

/** How handing it to the server went. */
export type SmtpAnswer =
  /** `refused`: recipients that the server did not want, while others were taken. */
  | { readonly kind: 'taken'; readonly refused: readonly string[] }
  /** `code`: the server's, null when it said none. `sent`: it may have the whole mail. */
  | {
      readonly kind: 'failed';
      readonly code: number | null;
      readonly sent: boolean;
      readonly reason: string;
    };

const maxSubject = 200;

export function renderEmail(
  notice: Notice,
  receiver: EmailReceiver,
  _secrets: Secrets,
  _nowMs: number,
  _attempt: number,
): RenderedMail {
  const { title, body, note } = textsOf(notice, receiver);
  const first = messageId(notice, receiver, 1);
  const mail = {
    from: receiver.from,
    to: receiver.to,
    subject: clip(oneLine(title), maxSubject),
    text: `${title}\n\n${body}\n\n-- \nRegionPilot, ${notice.dedupKey}\n`,
    html: htmlOf(title, body, notice.dedupKey),
    messageId: messageId(notice, receiver, notice.seq),
    inReplyTo: notice.seq === 1 ? null : first,
    urgent: notice.action === 'trigger' && notice.severity === 'page',
  };
  return { title, note, mail };
}

/** RFC 5321, 4.2.1: 4xx may be different next time, 5xx will not. */
export function classifyEmail(answer: SmtpAnswer): Verdict {
  if (answer.kind === 'taken') {
    const { refused } = answer;
    if (refused.length === 0) return accepted;
    return verdict('accepted', null, `the server refused ${refused.length} of the recipients`);
  }
  const { code, sent, reason } = answer;
  if (code === null) return verdict(sent ? 'uncertain' : 'retry', null, reason);
  return verdict(code >= 500 ? 'rejected' : 'retry', null, reason);
}

/** A story of one receiver; two receivers on one server keep two threads. */
function messageId(
  { dedupKey, receiver: name }: Notice,
  { from }: EmailReceiver,
  seq: number,
): string {
  const story = dedupKey.replace(/[^\w-]/g, '_').slice(0, 100);
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'regionpilot';
  return `<${story}.${fingerprintOf({ dedupKey, name })}.${seq}@${domain}>`;
}

function htmlOf(title: string, body: string, dedupKey: string): string {
  const lines = body.split('\n').map(lineOf).join('<br>\n');
  return [
    '<!doctype html><html><body style="font-family:sans-serif">',
    `<h3>${htmlText(title)}</h3>`,
    `<p>${lines}</p>`,
    `<p style="color:#666">RegionPilot, ${htmlText(dedupKey)}</p></body></html>`,
  ].join('\n');
}

/** A line that ends in an address (`Runbook: https://…`) gets a link that can be clicked. */
function lineOf(line: string): string {
  const [, before = '', address] = /^(.*?)(https?:\/\/\S+)$/.exec(line) ?? [];
  const href = httpUrl(address);
  if (address === undefined || href === null) return htmlText(line);
  return `${htmlText(before)}<a href="${htmlText(href)}">${htmlText(address)}</a>`;
}
