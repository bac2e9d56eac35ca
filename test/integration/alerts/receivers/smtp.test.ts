import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { openReceivers } from '../../../../alerts/io/receivers/open.ts';
import { readSecrets } from '../../../../alerts/io/receivers/secrets.ts';
import type { EmailReceiver } from '../../../../alerts/receiver.ts';
import { PipelineError } from '../../../../protocol/index.ts';
import { freePort } from '../../../support/free-port.ts';
import {
  email,
  notice,
  pagerDuty,
  resolvedNotice,
  secrets,
  t0,
} from '../../../unit/alerts/receivers/notices.ts';
import { raw } from './scripted.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A real mail server on loopback; what it took is in `mails`. */
async function mailServer(options: SMTPServerOptions = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, mails };
}

async function deliver(change: Partial<EmailReceiver>, of = notice(), given = secrets) {
  const receivers = openReceivers([email({ timeoutMs: 1_500, ...change })], given);
  closing.push(receivers.close);
  const told = await receivers.deliver('ops')?.(of, 1, t0);
  if (told === undefined) throw new Error('no receiver');
  return told;
}

const refusal = (responseCode: number, text: string) =>
  Object.assign(new Error(text), { responseCode });

test('a mail server takes the page and its end as one thread', async () => {
  const { port, mails } = await mailServer();
  expect((await deliver({ port })).result).toBe('accepted');
  expect((await deliver({ port }, resolvedNotice)).result).toBe('accepted');
  const [page = '', end = ''] = mails;
  expect(page).toContain('Subject: [page] eu-west is down (payments-cache)\r\n');
  expect(page).toContain('From: RegionPilot <pilot@example.org>\r\n');
  expect(page).toContain('Auto-Submitted: auto-generated\r\n');
  expect(page).toContain('Content-Type: text/plain');
  expect(page).toContain('Content-Type: text/html');
  const id = /^Message-ID: (<.+>)\r$/im.exec(page)?.[1];
  expect(id).toMatch(/^<rp-00000000000000aa\.[0-9a-f]{16}\.1@example\.org>$/);
  expect(end).toContain(`In-Reply-To: ${id}\r\n`);
});

test.each([
  [450, 'retry'],
  [550, 'rejected'],
] as const)('a recipient answered with %i is %s', async (code, result) => {
  const { port, mails } = await mailServer({
    onRcptTo: (_address, _session, done) => done(refusal(code, 'no such luck')),
  });
  const told = await deliver({ port });
  expect(told.result).toBe(result);
  expect(told.error).toContain('no such luck');
  expect(mails).toEqual([]);
});

test.each([
  [451, 'retry'],
  [554, 'rejected'],
] as const)('a message answered with %i is %s', async (code, result) => {
  const { port } = await mailServer({
    onData: (stream, _session, done) => {
      stream.resume();
      stream.on('end', () => done(refusal(code, 'not that')));
    },
  });
  expect((await deliver({ port })).result).toBe(result);
});

test('silence after the message is doubt, silence before it is not', async () => {
  const late = await mailServer({ onData: (stream) => void stream.resume() });
  expect((await deliver({ port: late.port, timeoutMs: 400 })).result).toBe('uncertain');
  const early = await mailServer({ onMailFrom: () => undefined });
  expect((await deliver({ port: early.port, timeoutMs: 400 })).result).toBe('retry');
});

test('nobody listens, or what listens is no mail server: later', async () => {
  expect((await deliver({ port: await freePort() })).result).toBe('retry');
  const other = await raw(() => undefined);
  closing.push(other.close);
  const port = Number(new URL(other.url).port);
  expect((await deliver({ port, timeoutMs: 400 })).result).toBe('retry');
});

test('one recipient of two is better than none, and said', async () => {
  const { port } = await mailServer({
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('gone') ? done(refusal(550, 'gone')) : done(),
  });
  expect(await deliver({ port, to: ['gone@example.org', 'ops@example.org'] })).toMatchObject({
    result: 'accepted',
    error: 'the server refused 1 of the recipients',
  });
});

test('a wrong password is final, and stays a secret although the server repeats it', async () => {
  const { port } = await mailServer({
    allowInsecureAuth: true,
    onAuth: ({ password, username }, _session, done) => {
      const login = Buffer.from(`\u0000${username}\u0000${password}`).toString('base64');
      done(refusal(535, `no ${password}, no ${login}`));
    },
  });
  const given = new Map([['/secrets/mail', 'hunter2 hunter2']]);
  const told = await deliver(
    { port, username: 'me', passwordFile: '/secrets/mail' },
    notice(),
    given,
  );
  expect(told.result).toBe('rejected');
  expect(told.error).toContain('no ***, no ***');
});

test('a certificate nobody vouches for is not trusted with the mail', async () => {
  const { port, mails } = await mailServer({ disabledCommands: [] });
  expect((await deliver({ port })).result).toBe('retry');
  expect(mails).toEqual([]);
});

test('a line break in a label adds no header', async () => {
  const { port, mails } = await mailServer();
  const alerts = notice().alerts.map((each) => ({ ...each, summary: 'x\r\nBcc: y@example.org' }));
  await deliver({ port }, notice({ alerts }));
  expect(mails[0]).toContain('Subject: [page] x Bcc: y@example.org (payments-cache)\r\n');
  const [headers] = mails[0]?.split('\r\n\r\n') ?? [];
  expect(headers).not.toMatch(/^Bcc:/m);
});

test('secrets are read from files, trimmed; what cannot be read is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-secrets-'));
  closing.push(async () => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'key'), '  hunter2\n');
  writeFileSync(join(folder, 'empty'), '\n');
  expect(readSecrets([join(folder, 'key')]).get(join(folder, 'key'))).toBe('hunter2');
  for (const name of ['empty', 'missing']) {
    const read = () => readSecrets([join(folder, 'key'), join(folder, name)]);
    expect(read).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
    expect(read).toThrow(join(folder, name));
    expect(read).not.toThrow('hunter2');
  }
});

test('a secret that was not read is found before anybody must be told anything', () => {
  const open = () => openReceivers([pagerDuty()], new Map());
  expect(open).toThrow(PipelineError);
  expect(open).toThrow('/secrets/pagerduty');
});

test('doubts are told once, without the secret, and stop nothing', async () => {
  const warnings: string[] = [];
  const given = new Map([['/secrets/pagerduty', 'too-short']]);
  const receivers = openReceivers(
    [pagerDuty({ title: '{{ notice | nonsense }}', changeEvents: false })],
    given,
    { onWarning: (receiver, warning) => warnings.push(`${receiver}: ${warning}`) },
  );
  closing.push(receivers.close);
  const change = notice({ action: 'change', reason: 'change' });
  const deliverOps = receivers.deliver('ops');
  expect((await deliverOps?.(change, 1, t0))?.result).toBe('accepted');
  expect((await deliverOps?.(change, 2, t0))?.result).toBe('accepted');
  expect(receivers.deliver('nobody')).toBeNull();
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain('/secrets/pagerduty holds no routing key');
  expect(warnings[1]).toContain('title template failed');
  expect(warnings.join()).not.toContain('too-short');
});
