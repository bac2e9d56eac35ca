// Relay clients that show certificates: real ones, from a real authority, and those of strangers.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAccess } from '../../../api/io/access.ts';
import { relayPath } from '../../../protocol/index.ts';
import { type ApiWorld, openApiWorld } from '../../support/api-world.ts';

type Pair = { readonly cert: string; readonly key: string };

let folder: string;
let world: ApiWorld;
const said: string[] = [];
let serverCa: string;
let shown: Readonly<Record<'listed' | 'unlisted' | 'otherAuthority' | 'expired' | 'itself', Pair>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-certificates-'));
  const ca = authority('clients-ca');
  const other = authority('other-ca');
  const server = authority('localhost', 'subjectAltName=IP:127.0.0.1');
  shown = {
    listed: signed('checkout-7', ca),
    unlisted: signed('intruder', ca),
    otherAuthority: signed('checkout-7', other),
    expired: signed('checkout-8', ca, -1),
    itself: read(authority('checkout-7')),
  };
  serverCa = readFileSync(`${server}.crt`, 'utf8');
  const tls = { ...read(server), ca: readFileSync(`${ca}.crt`, 'utf8') };
  const files = { certFile: `${server}.crt`, keyFile: `${server}.key`, clientCaFile: `${ca}.crt` };
  const config = { tls: { ...files, relaySubjects: ['checkout-*'] } };
  const note = (event: object): void => void said.push(JSON.stringify(event));
  world = await openApiWorld({ authenticate: await openAccess(config, note), tls, log: note });
}, 60_000);
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', [...args], { stdio: 'ignore' });
}

let made = 0;

/** A certificate that vouches for itself; its files without their endings. */
function authority(name: string, extension = 'basicConstraints=critical,CA:TRUE'): string {
  made += 1;
  const base = join(folder, `${made}-${name}`);
  const files = ['-keyout', `${base}.key`, '-out', `${base}.crt`, '-days', '2'];
  openssl('req', '-x509', ...curve, ...files, '-subj', `/CN=${name}`, '-addext', extension);
  return base;
}

/** @param days How long it holds; below 0 it is over. */
function signed(name: string, by: string, days = 2): Pair {
  made += 1;
  const base = join(folder, `${made}-${name}`);
  const asked = ['-keyout', `${base}.key`, '-out', `${base}.csr`, '-subj', `/CN=${name}`];
  openssl('req', ...curve, ...asked);
  const from = ['-in', `${base}.csr`, '-out', `${base}.crt`];
  openssl(
    'x509',
    '-req',
    ...from,
    '-CA',
    `${by}.crt`,
    '-CAkey',
    `${by}.key`,
    '-days',
    String(days),
  );
  return read(base);
}

function read(base: string): Pair {
  return { cert: readFileSync(`${base}.crt`, 'utf8'), key: readFileSync(`${base}.key`, 'utf8') };
}

type Answer = { readonly status: number; readonly type: string; readonly text: string };

/** The head of the answer, and its body unless that is a stream. */
function ask(
  path: string,
  pair: Pair | null,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: world.api.port,
        path,
        ca: serverCa,
        headers,
        agent: false,
        ...pair,
      },
      (response) => {
        const type = response.headers['content-type'] ?? '';
        const status = response.statusCode ?? 0;
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += String(chunk);
          if (!type.startsWith('text/event-stream')) return;
          sent.destroy();
          resolve({ status, type, text });
        });
        response.on('end', () => resolve({ status, type, text }));
        response.on('error', () => undefined);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

test('a listed name of our authority follows decisions, and may do nothing else', async () => {
  const stream = await ask(relayPath, shown.listed);
  expect(stream).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/event-stream/) });
  const groups = await ask('/api/v1/groups', shown.listed);
  expect(groups.status).toBe(403);
  expect(JSON.parse(groups.text)).toMatchObject({ type: '/problems/forbidden' });
  expect((await ask('/api/v1/live', shown.listed)).status).toBe(403);
});

test.each(['unlisted', 'otherAuthority', 'expired', 'itself'] as const)(
  'a certificate that is %s opens nothing',
  async (kind) => {
    for (const path of [relayPath, '/api/v1/groups']) {
      const answer = await ask(path, shown[kind]);
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text)).toMatchObject({ type: '/problems/unauthenticated' });
    }
  },
);

test('no certificate opens nothing either, and plain HTTP is not understood', async () => {
  expect((await ask(relayPath, null)).status).toBe(401);
  await expect(fetch(world.api.url.replace('https', 'http'))).rejects.toThrow();
});

test('nothing that was said holds a key', () => {
  expect(said.join()).toContain('https://');
  expect(said.join()).not.toContain('PRIVATE KEY');
});
