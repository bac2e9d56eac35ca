// A real mail server on loopback that keeps what it takes, and refuses or falls silent on demand.

import { once } from 'node:events';
import { type Address, type Session, SMTPServer } from 'smtp-server';

export type MailFault =
  /** 4xx: come again; 5xx: never. */
  | {
      readonly kind: 'refuse';
      readonly at: 'recipient' | 'data';
      readonly code: number;
      readonly text: string;
    }
  /** The mail is kept, but nobody says so. */
  | { readonly kind: 'acceptedThenSilence' }
  /** Everything was received, nothing is kept, nothing is said. */
  | { readonly kind: 'silence' };

export type KeptMail = {
  readonly atMs: number;
  readonly from: string;
  readonly to: readonly string[];
  /** Lower-case names; unfolded, encoded words decoded. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, headers and all. */
  readonly raw: string;
  /** Who logged in; null: nobody. */
  readonly user: string | null;
};

export type SmtpSink = {
  readonly host: string;
  readonly port: number;
  /** Faults for the mails to come, one each, in order. */
  readonly fail: (...faults: readonly MailFault[]) => void;
  readonly mails: () => readonly KeptMail[];
  readonly close: () => Promise<void>;
};

export type SmtpSinkOptions = {
  /** Default: any free port. */
  readonly port?: number;
  /** Default: nobody has to log in. */
  readonly login?: { readonly username: string; readonly password: string };
};

export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const faults: MailFault[] = [];
  const mails: KeptMail[] = [];
  /** By session: the fault of the mail that is on its way. */
  const playing = new Map<string, MailFault>();
  const { login } = options;
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    onAuth: ({ username, password }, _session, done) => {
      const isRight = username === login?.username && password === login?.password;
      if (isRight) done(null, { user: username ?? '' });
      else done(refusal(535, 'Invalid credentials'));
    },
    onMailFrom: (_address, { id }, done) => {
      const fault = faults.shift();
      if (fault === undefined) playing.delete(id);
      else playing.set(id, fault);
      done();
    },
    onRcptTo: (_address, { id }, done) => {
      const fault = playing.get(id);
      const isRefused = fault?.kind === 'refuse' && fault.at === 'recipient';
      done(isRefused ? refusal(fault.code, fault.text) : null);
    },
    onData: (stream, session, done) => {
      void textOf(stream).then((raw) => {
        const fault = playing.get(session.id);
        if (fault?.kind === 'refuse') return done(refusal(fault.code, fault.text));
        if (fault?.kind !== 'silence') mails.push(mailOf(session, raw));
        if (fault === undefined) done(null, 'kept');
      });
    },
  });
  server.on('error', () => {});
  const listener = server.listen(options.port ?? 0, '127.0.0.1', () => {});
  if (!listener.listening) await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: '127.0.0.1',
    port: address.port,
    fail: (...more) => faults.push(...more),
    mails: () => [...mails],
    close: () => new Promise((closed) => server.close(closed)),
  };
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function mailOf({ envelope, user }: Session, raw: string): KeptMail {
  const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  const to = envelope.rcptTo.map(({ address }: Address) => address);
  return { atMs: Date.now(), from, to, headers: headersOf(raw), raw, user: user ?? null };
}

function headersOf(raw: string): Readonly<Record<string, string>> {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const lines = head.split('\r\n').map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((match) =>
      match === null ? [] : [[String(match[1]).toLowerCase(), decoded(String(match[2]))]],
    ),
  );
}

/** RFC 2047, in UTF-8: blanks between two encoded words belong to neither. */
function decoded(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_word, how: string, text: string) =>
      Buffer.from(
        how.toLowerCase() === 'b' ? text : quoted(text),
        how.toLowerCase() === 'b' ? 'base64' : 'latin1',
      ).toString('utf8'),
    );
}

function quoted(text: string): string {
  return text
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_escape, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
