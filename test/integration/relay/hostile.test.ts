// Relays that lie, dawdle or break: each harms nothing but itself, and each is counted.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeRecord, encodeRelayed } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { decision } from '../../unit/agent/build.ts';
import { groups, startAgent, until } from '../agent/core-support.ts';
import { runLiar } from './relay-support.ts';

const sse = { 'content-type': 'text/event-stream' };
const relayed = (epoch: number, region: string): string =>
  encodeRelayed({
    partition: 0,
    offset: epoch,
    appendedMs: 1_000,
    key: 'cache',
    headers: {},
    value: encodeRecord(decision({ epoch, admit: { eu: 0, us: 0, [region]: 10_000 } })),
  });
const present = (data: string, id = '1-1'): string =>
  `id: ${id}\nevent: present\ndata: ${data}\n\n`;
const news = (data: string, id = '2-1'): string => `id: ${id}\nevent: record\ndata: ${data}\n\n`;
const caughtUp = 'id: 1-1\nevent: caughtUp\ndata: {}\n\n';

async function facing(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const liar = await runLiar(answer);
  const started = startAgent({ client: 'web-1', decisions: { relay: liar.url }, groups });
  const relay = () => started.agent.status().relay;
  const complaints = (): string =>
    started.events
      .map((event) => ('text' in event ? event.text : ''))
      .filter((text) => text !== '')
      .join('\n');
  const stands = (): void => {
    expect(started.agent.route('cache').current).toMatchObject({ region: 'eu', source: 'default' });
    expect(started.agent.status().survivedErrors).toBe(0);
  };
  return { ...liar, ...started, relay, complaints, stands };
}

test('garbage between records is counted, and what is right is still obeyed', async () => {
  const { agent, relay } = await facing((_, response) => {
    response.writeHead(200, sse);
    response.write(present('{"v":1}') + present('garbage') + present(relayed(1, 'eu')) + caughtUp);
    response.write(`${news('[]')}event: other\ndata: x\n\n${news(relayed(2, 'us'))}`);
  });
  await until('moved', () => agent.route('cache').current.region === 'us');
  expect(relay()).toMatchObject({ state: 'open', rejected: 3, failures: 0 });
});

test('a record whose bytes are no decision is counted as on the log', async () => {
  const { agent } = await facing((_, response) => {
    response.writeHead(200, sse);
    const bytes = {
      partition: 0,
      offset: 1,
      appendedMs: 1,
      headers: {},
      value: Uint8Array.of(255),
    };
    response.write(present(encodeRelayed({ ...bytes, key: 'cache' })) + caughtUp);
    response.write(news(relayed(2, 'us').replace('"key":"cache"', '"key":"sessions"')));
  });
  await until('both counted', () => agent.status().decisions.invalid === 2);
  expect(agent.route('cache').current.region).toBe('eu');
});

test('an endless line costs what a line may cost, and the relay is left', async () => {
  const { relay, complaints, stands } = await facing((_, response) => {
    response.writeHead(200, sse);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await until('left', () => (relay()?.failures ?? 0) > 0);
  expect(complaints()).toContain('more than 2000000 characters');
  stands();
});

test('a redirect is not followed', async () => {
  const thief = await runLiar((_, response) => response.end());
  const { relay, complaints, stands } = await facing((_, response) => {
    response.writeHead(302, { location: thief.url }).end();
  });
  await until('refused twice', () => (relay()?.failures ?? 0) > 1);
  expect(complaints()).toContain('got status 302, wanted 200');
  expect(thief.requests()).toBe(0);
  stands();
});

test('another content type, an answer cut short, and one that is no HTTP', async () => {
  const page = await facing((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>login</p>');
  });
  const cut = await facing((_, response) => {
    response.writeHead(200, sse);
    response.write('id: 1\nevent: rec');
    setTimeout(() => response.destroy(), 20);
  });
  const noHttp = await facing((request) => request.socket.end('220 smtp ready\r\n'));
  for (const { relay } of [page, cut, noHttp])
    await until('failed', () => (relay()?.failures ?? 0) > 0);
  expect(page.complaints()).toContain('got content type text/html, wanted text/event-stream');
  for (const { stands } of [page, cut, noHttp]) stands();
});

test('ids that no header may hold are not sent back', async () => {
  const seen: (string | undefined)[] = [];
  const { relay } = await facing(({ headers }, response) => {
    seen.push(headers['last-event-id'] as string | undefined);
    response.writeHead(200, sse);
    response.end(`${present(relayed(1, 'eu'), 'ü\u0001 x')}id: ü x\nevent: caughtUp\ndata: {}\n\n`);
  });
  await until('came back', () => seen.length > 1);
  expect(seen[1]).toBeUndefined();
  expect(relay()?.rejected).toBe(0);
});

test('attempts grow apart: a relay that refuses is not hammered', async () => {
  const { requests, relay } = await facing((_, response) => response.writeHead(500).end());
  await until('three attempts', () => (relay()?.failures ?? 0) >= 3);
  expect(requests()).toBeLessThan(6);
});
