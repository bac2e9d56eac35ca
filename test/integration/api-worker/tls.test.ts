// `regionpilot api --config` as a deployment would run it: TLS, tokens for people, and certificates of
// an authority of its own for agents that follow decisions over it.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { encodeRecord, relayPath } from '@regionpilot/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { decision } from '../../unit/agent/build.ts';
import { groups, scratchFolder, startAgent, until } from '../agent/core-support.ts';
import { printed, type Running, run, start } from '../cli/run.ts';

const names = ['authority', 'server', 'checkout-1', 'billing-1', 'checkout-2'] as const;
const strength = ['--replication', '1'];
const toUs = { reason: 'regionDown' as const, admit: { eu: 0, us: 10_000 } };

/** Of the authority's hand, but for the last: nobody else vouches for it. */
function makeCertificates(folder: string): void {
  for (const name of names) {
    const signs = name === 'authority' || name === 'checkout-2';
    const by = signs ? [] : ['-CA', 'authority.crt', '-CAkey', 'authority.key'];
    const what = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '2'];
    const words = ['req', '-x509', ...key, ...files, ...by, ...what];
    execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
  }
}

/** JSON is YAML. */
function writeConfig(folder: string): string {
  const at = (name: string): string => join(folder, name);
  const api = {
    host: '127.0.0.1',
    port: 0,
    tokensFile: at('tokens.json'),
    tls: {
      certFile: at('server.crt'),
      keyFile: at('server.key'),
      clientCaFile: at('authority.crt'),
      relaySubjects: ['checkout-*'],
    },
  };
  const bus = { kind: 'embedded', file: at('bus.sqlite') };
  writeFileSync(at('regionpilot.yaml'), JSON.stringify({ bus, api }));
  return at('regionpilot.yaml');
}

function ask(url: string, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, ...options }, (answer: IncomingMessage) => {
      answer.destroy();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

/** The log, and a token for ann. @returns The token. */
async function prepare(config: string): Promise<string> {
  expect(await run(['topics', 'apply', '--config', config, ...strength])).toMatchObject({
    code: 0,
  });
  const { code, out } = await run([
    'token',
    'create',
    'ann',
    '--scope',
    'viewer',
    '--config',
    config,
  ]);
  expect(code).toBe(0);
  return out.trim();
}

type Served = {
  readonly url: string;
  readonly token: string;
  readonly bus: Bus;
  readonly api: Running;
};

async function serve(folder: string): Promise<Served> {
  makeCertificates(folder);
  const config = writeConfig(folder);
  const token = await prepare(config);
  const bus = openEmbeddedBus({ file: join(folder, 'bus.sqlite') });
  onTestFinished(() => bus.close());
  const api = start(['api', '--config', config]);
  onTestFinished(async () => void (await api.stop()));
  await printed(api, '"event":"apiStarted"');
  const url = /"url":"(https:[^"]+)"/.exec(api.err())?.[1] ?? '';
  return { url, token, bus, api };
}

test('people come by token, listed agents by certificate, and each gets no further than that', async () => {
  const folder = scratchFolder();
  const { url, token, bus, api } = await serve(folder);
  const pem = (name: string): Buffer => readFileSync(join(folder, name));
  const ca = pem('authority.crt');
  const authorization = `Bearer ${token}`;
  const shown = (name: string) => ({ ca, cert: pem(`${name}.crt`), key: pem(`${name}.key`) });

  const decided = decision({ epoch: 2, ...toUs });
  const publish = (record: typeof decided) =>
    bus.publish('regionpilot.decisions', [
      { key: record.group, value: encodeRecord(record), headers: {} },
    ]);
  await publish(decided);

  const follow = (name: string, more: object = {}) =>
    startAgent({
      client: name,
      decisions: {
        relay: url,
        caFile: join(folder, 'authority.crt'),
        certFile: join(folder, `${name}.crt`),
        keyFile: join(folder, `${name}.key`),
        ...more,
      },
      groups,
    }).agent;
  const known = follow('checkout-1');
  await until('followed', () => known.route('cache').current.region === 'us', 20_000);
  await publish(decision({ epoch: 3 }));
  await until('moved back', () => known.route('cache').current.region === 'eu');

  const strangers = [follow('billing-1'), follow('checkout-2')];
  for (const agent of strangers) {
    await until('refused', () => (agent.status().relay?.failures ?? 0) > 0, 20_000);
    expect(agent.route('cache').current.source).toBe('default');
  }

  const groupsUrl = `${url}/api/v1/groups`;
  expect(await ask(url, { ca })).toBe(200);
  expect(await ask(groupsUrl, { ca })).toBe(401);
  expect(await ask(groupsUrl, { ca, headers: { authorization } })).toBe(200);
  expect(await ask(groupsUrl, shown('checkout-1'))).toBe(403);
  expect(await ask(`${url}${relayPath}`, shown('checkout-1'))).toBe(200);
  expect(await ask(`${url}${relayPath}`, shown('checkout-2'))).toBe(401);
  await expect(ask(groupsUrl, {})).rejects.toThrow(/certificate/);
  await expect(fetch(url.replace('https:', 'http:'))).rejects.toThrow();

  const { code, err } = await api.stop();
  expect(code).toBe(0);
  expect(err).not.toContain(token.slice(-20));
});

test('a key that is not there is named, and nothing is served without it', async () => {
  const folder = scratchFolder();
  makeCertificates(folder);
  rmSync(join(folder, 'server.key'));
  const config = writeConfig(folder);
  await prepare(config);
  const { code, err } = await run(['api', '--config', config]);
  expect(code).not.toBe(0);
  expect(err).toContain(`Cannot read ${join(folder, 'server.key')}`);
});
