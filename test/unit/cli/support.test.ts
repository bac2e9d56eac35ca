import { describe, expect, test } from 'vitest';
import { isSecretName, redacted, redactedText } from '../../../cli/redact.ts';
import { bundleLines, calmJson, calmText, createRedaction } from '../../../cli/support/bundle.ts';
import { tarOf } from '../../../cli/support/tar.ts';

describe('redaction', () => {
  test.each([
    ['postgres://ann:planted@db/x', 'postgres://***@db/x'],
    ['https://hooks.slack.com/services/T0/B0/planted', 'https://hooks.slack.com/***'],
    ['https://ops.example/hook?key=planted', 'https://ops.example/hook?***'],
    ['Authorization: Bearer planted.planted', 'Authorization: Bearer ***'],
    ['eyJhbGciOiJI.eyJzdWIiOiIx.planted', '***'],
    ['whsec_planted+/=', '***'],
    [`rp_viewer_abcdefghijkl_${'planted'.repeat(6)}x`, 'rp_viewer_abcdefghijkl_***'],
    ['password=planted rest', 'password=*** rest'],
    ['token: "planted with blanks"', 'token: ***'],
    ['-----BEGIN RSA PRIVATE KEY-----\nplanted\n-----END RSA PRIVATE KEY-----', '***'],
  ])('%s loses its secret', (text, wanted) => {
    expect(redactedText(text)).toBe(wanted);
    expect(redactedText(wanted)).toBe(wanted);
  });

  test('a value is masked by its name, a file that holds one is not', () => {
    expect(
      redacted({ password: 'planted', nested: [{ routingKey: 'planted' }], passwordFile: '/f' }),
    ).toEqual({
      password: '***',
      nested: [{ routingKey: '***' }],
      passwordFile: '/f',
    });
    expect(['dedupKey', 'key', 'tokensFile', 'keyFile'].filter(isSecretName)).toEqual([]);
  });

  test('a known secret is masked wherever and however it is written; a short one would mask words', () => {
    const { data, text } = createRedaction(['planted/secret', 'a', 'planted/secret-2']);
    expect(data({ 'planted/secret': ['x planted/secret-2 y'], n: 1 })).toEqual({
      '***': ['x *** y'],
      n: 1,
    });
    expect(text('at https://h/planted%2Fsecret a')).toBe('at https://h/*** a');
  });
});

describe('a bundle', () => {
  test('shows hostile names harmlessly in an editor and in a terminal', () => {
    const hostile = 'a\u001b[2Jb\u202ec\u0085d';
    expect(calmJson(hostile)).toBe('"a\\u001b[2Jb\\u202ec\\u0085d"\n');
    expect(JSON.parse(calmJson(hostile))).toBe(hostile);
    expect(calmText(`x 1\n${hostile}`)).toBe('x 1\na?[2Jb?c?d');
  });

  test('is a tar of 512-byte blocks with sums that add up', () => {
    const tar = tarOf([{ name: 'f/a.json', bytes: new Uint8Array(513).fill(65) }], 1_000);
    expect(tar.length).toBe(512 + 1_024 + 1_024);
    const head = tar.slice(0, 512);
    const stated = Number.parseInt(new TextDecoder().decode(head.slice(148, 154)), 8);
    head.fill(32, 148, 156);
    expect(head.reduce((sum, byte) => sum + byte, 0)).toBe(stated);
  });

  test('reads like this', async () => {
    const files = [{ name: 'status.json', about: 'who is where and why', bytes: 12, sha256: 'x' }];
    const missing = [{ name: 'alerts.json', reason: 'no\u001b[31m topic' }];
    const report = { v: 1, dryRun: false, file: 'b.tar.gz', atMs: 1, files, missing } as const;
    await expect(bundleLines(report).join('\n')).toMatchFileSnapshot('golden/support-bundle.txt');
  });
});
