// A relay that shows a certificate and wants one: certificates from files, read at each connection.

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decision } from '../../unit/agent/build.ts';
import { groups, openLog, scratchFolder, startAgent, until } from '../agent/core-support.ts';
import { runRelay } from './relay-support.ts';

const toUs = { reason: 'regionDown' as const, admit: { eu: 0, us: 10_000 } };

/** A self-signed pair: its own authority. */
function pairIn(folder: string, name: string): { readonly cert: string; readonly key: string } {
  const pair = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-nodes', '-keyout', pair.key, '-out', pair.cert];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-days', '2', ...files, ...subject], {
    stdio: 'ignore',
  });
  return pair;
}

test('a client with the right certificate follows; without one, or trusting nobody, it is refused', async () => {
  const folder = scratchFolder();
  const [server, client, stranger] = ['server', 'relay-1', 'stranger'].map((name) =>
    pairIn(folder, name),
  ) as [ReturnType<typeof pairIn>, ReturnType<typeof pairIn>, ReturnType<typeof pairIn>];
  const log = await openLog();
  await log.decide(decision({ epoch: 2, ...toUs }));
  const { url } = await runRelay(log.bus, {
    https: {
      cert: readFileSync(server.cert),
      key: readFileSync(server.key),
      ca: readFileSync(client.cert),
      requestCert: true,
      rejectUnauthorized: true,
    },
  });
  const follow = (more: object) =>
    startAgent({ client: 'web-1', decisions: { relay: url, ...more }, groups });
  const mine = { certFile: client.cert, keyFile: client.key };
  const known = follow({ caFile: server.cert, ...mine });
  const trusting = follow({ ...mine });
  const unknown = follow({ caFile: server.cert, certFile: stranger.cert, keyFile: stranger.key });
  const bare = follow({ caFile: server.cert });
  await known.agent.ready();
  expect(known.agent.route('cache').current.region).toBe('us');
  for (const { agent } of [trusting, unknown, bare]) {
    await until('refused', () => (agent.status().relay?.failures ?? 0) > 0);
    expect(agent.route('cache').current.source).toBe('default');
  }
  // Certificates are replaced while it runs.
  copyFileSync(client.cert, stranger.cert);
  copyFileSync(client.key, stranger.key);
  await until('let in', () => unknown.agent.route('cache').current.region === 'us', 20_000);
});
