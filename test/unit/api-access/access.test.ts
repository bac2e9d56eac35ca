// Who may do what: tokens, claims, certificates.

import { describe, expect, test } from 'vitest';
import { relayOf } from '../../../api/access/certificate.ts';
import { identityOf } from '../../../api/access/claims.ts';
import { may } from '../../../api/access/may.ts';
import {
  isGood,
  noTokens,
  parseTokens,
  tokenIdIn,
  tokenText,
  withoutToken,
  withToken,
} from '../../../api/access/tokens.ts';

const hourMs = 3_600_000;
const hash = 'a'.repeat(64);
const secret = 's'.repeat(43);

describe('scopes', () => {
  test('each may do what those before it may, and nothing more', () => {
    expect(may({ scope: 'operator' }, 'viewer')).toBe(true);
    expect(may({ scope: 'operator' }, 'operator')).toBe(true);
    expect(may({ scope: 'operator' }, 'failover')).toBe(false);
    expect(may({ scope: 'viewer' }, 'operator')).toBe(false);
    expect(may({ scope: 'admin' }, 'failover')).toBe(true);
  });

  test('a relay client follows decisions and sees nothing else', () => {
    expect(may({ scope: 'relay' }, 'relay')).toBe(true);
    expect(may({ scope: 'relay' }, 'viewer')).toBe(false);
    expect(may({ scope: 'relay' }, 'public')).toBe(true);
    expect(may({ scope: 'viewer' }, 'relay')).toBe(true);
  });
});

describe('tokens', () => {
  const one = {
    name: 'ops/ann',
    scope: 'failover',
    lifeMs: hourMs,
    id: 'abcdefabc123',
    hash,
  } as const;

  test('a token in force ends by time or by being revoked', () => {
    const file = withToken(noTokens, one, 1_000);
    const [entry] = file.tokens;
    expect(entry && isGood(entry, 1_000 + hourMs - 1)).toBe(true);
    expect(entry && isGood(entry, 1_000 + hourMs)).toBe(false);
    const [revoked] = withoutToken(file, 'ops/ann', 2_000).tokens;
    expect(revoked && isGood(revoked, 2_000)).toBe(false);
  });

  test('a name has one token in force at a time, so an audit record names one', () => {
    const file = withToken(noTokens, one, 1_000);
    const again = { ...one, id: 'abcdefabc124' };
    expect(() => withToken(file, again, 2_000)).toThrow('has a token already (abcdefabc123)');
    expect(withToken(withoutToken(file, one.id, 2_000), again, 3_000).tokens).toHaveLength(2);
  });

  test('a token that would outlive everybody, or has no name, is refused', () => {
    expect(() => withToken(noTokens, { ...one, lifeMs: Number.POSITIVE_INFINITY }, 0)).toThrow(
      '1s to 400d',
    );
    expect(() => withToken(noTokens, { ...one, name: 'a b\u001b[31m' }, 0)).toThrow(
      'wanted letters',
    );
    expect(() => withoutToken(noTokens, 'ann', 0)).toThrow(
      'no token in force with the id or name ann',
    );
  });

  test('the id is found in what looks like a token of ours, and in nothing else', () => {
    expect(tokenIdIn(tokenText('viewer', one.id, secret))).toBe(one.id);
    expect(tokenIdIn(`rp_viewer_${one.id}_short`)).toBeNull();
    expect(tokenIdIn('eyJhbGciOi.J9.x')).toBeNull();
    expect(tokenIdIn('')).toBeNull();
  });

  test('a broken tokens file says where, and repeats no hash', () => {
    const text = JSON.stringify({
      v: 1,
      tokens: [{ id: 'UPPER', hash: 'deadbeef', scope: 'root' }],
    });
    expect(() => parseTokens('tokens.json', text)).toThrow(/tokens\.0\.id/);
    expect(() => parseTokens('tokens.json', text)).toThrow(/tokens\.0\.scope/);
    expect(() => parseTokens('tokens.json', text)).not.toThrow(/deadbeef/);
    expect(() => parseTokens('tokens.json', '{')).toThrow('tokens.json is not JSON');
    const [entry] = withToken(noTokens, one, 0).tokens;
    const twice = JSON.stringify({ v: 1, tokens: [entry, entry] });
    expect(() => parseTokens('tokens.json', twice)).toThrow('two tokens with one id');
  });
});

describe('claims of an issuer', () => {
  const config = {
    issuer: 'https://id.example',
    audience: 'regionpilot',
    scopes: { sre: 'failover', everybody: 'viewer' },
  } as const;

  test('the strongest of the named groups counts', () => {
    const claims = { sub: 'u1', email: 'ann@example.com', groups: ['everybody', 'sre'], exp: 60 };
    expect(identityOf(claims, config)).toEqual({
      actor: 'ann@example.com',
      scope: 'failover',
      auth: 'oidc',
      expiresMs: 60_000,
    });
  });

  test('a person whose groups nobody named has no access, nor has one with hostile claims', () => {
    expect(identityOf({ sub: 'u1', groups: ['interns'] }, config)).toBeNull();
    expect(identityOf({ sub: 'u1', groups: 'constructor __proto__' }, config)).toBeNull();
    expect(identityOf({ sub: 'u1', groups: { sre: true } }, config)).toBeNull();
    expect(identityOf({ groups: ['sre'] }, config)).toBeNull();
  });

  test('roles may lie deeper, or in one text', () => {
    const deeper = { ...config, scopeClaim: 'realm_access.roles' };
    expect(identityOf({ sub: 'u', realm_access: { roles: ['sre'] } }, deeper)?.scope).toBe(
      'failover',
    );
    const text = { ...config, scopeClaim: 'scope' };
    expect(identityOf({ sub: 'u', scope: 'openid everybody' }, text)?.scope).toBe('viewer');
  });
});

test('a certificate is a relay client only if its name is listed', () => {
  const shown = (subject: string) => ({ subject, validToMs: 9 });
  expect(relayOf(shown('checkout-7'), ['checkout-*'])).toMatchObject({
    actor: 'checkout-7',
    scope: 'relay',
  });
  expect(relayOf(shown('checkout'), ['checkout-*'])).toBeNull();
  expect(relayOf(shown('ledger'), ['checkout-*', 'ledger'])?.expiresMs).toBe(9);
  expect(relayOf(shown('ledger'), [])).toBeNull();
});
