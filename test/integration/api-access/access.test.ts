// Real files, real keys, a real issuer on loopback.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withoutToken } from '../../../api/access/tokens.ts';
import { type AccessEvent, openAccess } from '../../../api/io/access.ts';
import { createToken, readTokens, writeTokens } from '../../../api/io/tokens.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  file = join(folder, 'tokens.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const events: AccessEvent[] = [];
const bearer = (token: string) => ({
  authorization: `Bearer ${token}`,
  certificate: null,
  address: '127.0.0.1',
});

async function opened(config: Parameters<typeof openAccess>[0]) {
  const authenticate = await openAccess(config, (event) => events.push(event));
  if (authenticate === null) throw new Error('nothing was configured');
  return authenticate;
}

describe('tokens of ours', () => {
  const wanted = { name: 'ann', scope: 'operator', lifeMs: 60_000 } as const;

  test('the file holds a hash, is readable by its owner only, and lets the token in', async () => {
    const { token, entry } = createToken(file, wanted, Date.now());
    expect(token).toMatch(/^rp_operator_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/);
    expect(readFileSync(file, 'utf8')).not.toContain(token.slice(-43));
    expect(statSync(file).mode & 0o077).toBe(0);
    const authenticate = await opened({ tokensFile: file });
    expect(await authenticate(bearer(token), Date.now())).toEqual({
      actor: 'ann',
      scope: 'operator',
      auth: 'token',
      expiresMs: entry.expiresMs,
    });
  });

  test('a token revoked in the file is out within a second, without a restart', async () => {
    const { token } = createToken(file, wanted, Date.now());
    const authenticate = await opened({ tokensFile: file });
    writeTokens(file, withoutToken(readTokens(file), 'ann', Date.now()));
    await expect(authenticate(bearer(token), Date.now() + 1_000)).rejects.toMatchObject({
      slug: 'token-expired',
    });
  });

  test('a file that broke keeps the tokens it had and says so', async () => {
    const { token } = createToken(file, wanted, Date.now());
    const authenticate = await opened({ tokensFile: file });
    writeFileSync(file, '{ broken');
    expect((await authenticate(bearer(token), Date.now() + 2_000)).actor).toBe('ann');
    expect(events.at(-1)).toMatchObject({ event: 'tokensUnreadable' });
  });

  test.each([
    ['nothing', { ...bearer('x'), authorization: undefined }],
    ['another scheme', { ...bearer('x'), authorization: 'Basic YW5uOmFubg==' }],
    ['a token nobody made', bearer(`rp_admin_abcdefabc123_${'A'.repeat(43)}`)],
    ['a token with another secret', null],
    ['a megabyte', bearer('A'.repeat(1_000_000))],
  ])('%s is refused without being repeated', async (_name, given) => {
    const { token } = createToken(file, wanted, Date.now());
    const authenticate = await opened({ tokensFile: file });
    const caller = given ?? bearer(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`);
    const refusal = await authenticate(caller, Date.now()).catch((error: Error) => error);
    expect(refusal).toMatchObject({ slug: 'unauthenticated' });
    expect((refusal as Error).message).not.toContain(token.slice(-20, -1));
  });
});

describe('an issuer', () => {
  const audience = 'regionpilot';
  let server: Server;
  let issuer = '';
  let keys: unknown[] = [];
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    server = createServer((request, response) => {
      if (request.url === '/keys') asked += 1;
      const body = request.url === '/keys' ? { keys } : { issuer, jwks_uri: `${issuer}/keys` };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function keyPair(kid: string) {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }];
    return (claims: Record<string, unknown>, by = issuer) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(by)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey);
  }
  const config = () => ({ oidc: { issuer, audience, scopes: { sre: 'failover' } as const } });

  test('its people come in by their groups, and its keys are asked for once', async () => {
    const sign = await keyPair('one');
    const authenticate = await opened(config());
    const token = await sign({ sub: 'u1', email: 'ann@example.com', groups: ['sre'] });
    expect(await authenticate(bearer(token), Date.now())).toMatchObject({
      actor: 'ann@example.com',
      scope: 'failover',
    });
    await authenticate(bearer(token), Date.now());
    expect(asked).toBe(1);
  });

  test('another issuer, another key, no group: each is refused', async () => {
    const sign = await keyPair('one');
    const authenticate = await opened(config());
    const foreign = await sign({ sub: 'u1', groups: ['sre'] }, 'https://evil.example');
    await expect(authenticate(bearer(foreign), 0)).rejects.toMatchObject({
      slug: 'unauthenticated',
    });
    const nobody = await sign({ sub: 'u1', groups: ['interns'] });
    await expect(authenticate(bearer(nobody), 0)).rejects.toMatchObject({ slug: 'forbidden' });
    const before = keys;
    const forged = await keyPair('one');
    keys = before;
    const token = await forged({ sub: 'u1', groups: ['sre'] });
    await expect(authenticate(bearer(token), 0)).rejects.toMatchObject({ slug: 'unauthenticated' });
  });

  test('an unsigned token is refused', async () => {
    await keyPair('one');
    const authenticate = await opened(config());
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ iss: issuer, aud: audience, sub: 'u', groups: ['sre'] })}.`;
    await expect(authenticate(bearer(token), 0)).rejects.toMatchObject({ slug: 'unauthenticated' });
  });

  test('an issuer that is away is a problem of ours, told as one, and not for ever', async () => {
    const sign = await keyPair('one');
    const token = await sign({ sub: 'u1', groups: ['sre'] });
    const port = (server.address() as AddressInfo).port;
    const authenticate = await opened(config());
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(authenticate(bearer(token), 0)).rejects.toMatchObject({ slug: 'busy' });
    expect(events.at(-1)).toMatchObject({ event: 'issuerUnreachable' });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect((await authenticate(bearer(token), 0)).scope).toBe('failover');
  });
});

test('without any configuration nobody is asked', async () => {
  expect(await openAccess({}, () => undefined)).toBeNull();
});
