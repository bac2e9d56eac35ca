// The mail server keeps what it takes and says what it is told to say.

import { createConnection } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type SmtpSink, startSmtpSink } from '../../support/smtp-sink.ts';

let sink: SmtpSink | undefined;
afterEach(() => sink?.close());

/** Says each line once the answer to the one before is there; answers what the server said. */
async function converse(port: number, lines: readonly string[]): Promise<readonly string[]> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  const answers: string[] = [];
  const left = [...lines];
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    for (const line of text.split('\r\n').filter((each) => /^\d{3} /.test(each))) {
      answers.push(line);
      const next = left.shift();
      if (next === undefined) socket.end();
      else socket.write(`${next}\r\n`);
    }
  });
  await eventually(() => {
    if (left.length > 0 || answers.length === 0) throw new Error('still talking');
  }, 5_000);
  await eventually(() => {
    if (answers.length <= lines.length) throw new Error('no last answer');
  }, 1_000).catch(() => undefined);
  socket.destroy();
  return answers;
}

const letter = [
  'EHLO test',
  'MAIL FROM:<pilot@example.org>',
  'RCPT TO:<ada@example.org>',
  'DATA',
  'Subject: =?UTF-8?Q?eu-west_=E2=9C=93?=\r\n =?UTF-8?B?IGdvbmU=?=\r\nTo: ada@example.org\r\n\r\nHello.\r\n.',
];

test('a mail is kept with its envelope and its headers', async () => {
  sink = await startSmtpSink();
  const answers = await converse(sink.port, letter);
  expect(answers.at(-1)).toMatch(/^250 /);
  expect(sink.mails()).toMatchObject([
    {
      from: 'pilot@example.org',
      to: ['ada@example.org'],
      headers: { subject: 'eu-west ✓ gone', to: 'ada@example.org' },
      user: null,
    },
  ]);
});

test('it refuses as told, once, and is well again', async () => {
  sink = await startSmtpSink();
  sink.fail(
    { kind: 'refuse', at: 'data', code: 451, text: 'come again' },
    { kind: 'refuse', at: 'recipient', code: 550, text: 'who?' },
  );
  expect((await converse(sink.port, letter)).at(-1)).toBe('451 come again');
  expect(await converse(sink.port, letter.slice(0, 3))).toContain('550 who?');
  expect(sink.mails()).toEqual([]);
  expect((await converse(sink.port, letter)).at(-1)).toMatch(/^250 /);
});

test('it can keep a mail and never say so', async () => {
  sink = await startSmtpSink();
  sink.fail({ kind: 'acceptedThenSilence' });
  expect((await converse(sink.port, letter)).at(-1)).toMatch(/^354 /);
  expect(sink.mails()).toHaveLength(1);
});
