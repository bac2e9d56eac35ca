/**
 * Hands one mail to a mail server, within a time. The message is a stream on purpose: it is first
 * read when the server has asked for it, and from then on the server may have it all although it
 * never says so.
 */
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { EmailReceiver } from '../../receiver.ts';
import type { Mail, SmtpAnswer } from '../../receivers/email.ts';

/** Never rejects; ends within the receiver's timeout, or at once when `signal` says so. */
export async function sendMail(
  mail: Mail,
  receiver: EmailReceiver,
  password: string | null,
  signal: AbortSignal,
): Promise<SmtpAnswer> {
  const { promise, resolve } = Promise.withResolvers<SmtpAnswer>();
  const { timeoutMs } = receiver;
  const state = { sent: false };
  const connection = connectionTo(receiver);
  const fail = (error: SmtpError) => resolve(failure(error, state.sent));
  const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const stop = () => fail(new Error('closing'));
  signal.addEventListener('abort', stop);
  connection.on('error', fail);
  connection.on('end', () => fail(new Error('the server hung up')));
  try {
    const raw = await compose(mail);
    converse(connection, receiver, password, mail, streamOf(raw, state), fail, resolve);
    return await promise;
  } catch (error) {
    return failure(error instanceof Error ? error : new Error(String(error)), state.sent);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    connection.close();
  }
}

type SmtpError = Error & { readonly responseCode?: number | undefined };

function connectionTo({ host, port, secure, username, timeoutMs }: EmailReceiver): SMTPConnection {
  return new SMTPConnection({
    ...{ host, port, secure },
    // STARTTLS is taken where offered; a password does not leave the machine without it.
    requireTLS: username !== null && !loopback.test(host),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxResponseSize: 65_536,
  });
}

const loopback = /^(localhost|127\.[\d.]+|::1)$/;

function converse(
  connection: SMTPConnection,
  { username }: EmailReceiver,
  password: string | null,
  { from, to }: Mail,
  message: Readable,
  fail: (error: SmtpError) => void,
  taken: (answer: SmtpAnswer) => void,
): void {
  const send = () =>
    connection.send({ from: addressOf(from), to: to.map(addressOf) }, message, (error, info) => {
      if (error) fail(error);
      else taken({ kind: 'taken', refused: info?.rejected ?? [] });
    });
  connection.connect((error) => {
    if (error) return fail(error);
    if (username === null) return send();
    connection.login({ user: username, pass: password ?? '' }, (denied) => {
      if (denied) fail(denied);
      else send();
    });
  });
}

/** What was written before us may not choose what is read: no files, no URLs. */
function compose(mail: Mail): Promise<Buffer> {
  const { from, to, subject, text, html, messageId, inReplyTo, urgent } = mail;
  const thread = inReplyTo === null ? {} : { inReplyTo, references: inReplyTo };
  const composer = new MailComposer({
    ...{ from, to: [...to], subject, text, html, messageId, ...thread },
    priority: urgent ? 'high' : 'normal',
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function streamOf(raw: Buffer, state: { sent: boolean }): Readable {
  return new Readable({
    read() {
      state.sent = true;
      this.push(raw);
      this.push(null);
    },
  });
}

/** `RegionPilot <pilot@example.org>` → `pilot@example.org`. */
function addressOf(mailbox: string): string {
  return (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim();
}

function failure(error: SmtpError, sent: boolean): SmtpAnswer {
  const code = error.responseCode ?? null;
  return { kind: 'failed', code, sent, reason: error.message };
}
