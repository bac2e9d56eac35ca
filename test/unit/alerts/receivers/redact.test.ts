import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedact } from '../../../../alerts/receivers/redact.ts';
import { conclude, verdict } from '../../../../alerts/receivers/verdict.ts';
import { routingKey, slackUrl, webhookKey } from './notices.ts';

/** Random as people's secrets are, hostile characters included; the mask itself is none. */
const secret = fc.string({ unit: 'binary', minLength: 8, maxLength: 64 }).filter((text) => {
  return !text.includes('*') && text.trim() === text && text.isWellFormed();
});
const around = fc.string({ unit: 'binary', maxLength: 400 });

const spellings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => encodeURIComponent(text),
  (text) => JSON.stringify(text).slice(1, -1),
];

test('no text lets a secret through, however it is written there', () => {
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 3 }),
      around,
      around,
      fc.constantFrom(...spellings),
      (secrets, before, after, spell) => {
        const redact = createRedact(secrets);
        const text = `${before}${secrets.map(spell).join(before)}${after}`;
        const left = redact(text);
        return secrets.every((each) => !left.includes(each) && !left.includes(spell(each)));
      },
    ),
    { numRuns: 500 },
  );
});

test('an error stays without secrets when it is tidied and cut', () => {
  fc.assert(
    fc.property(secret, fc.integer({ min: 0, max: 320 }), (each, at) => {
      const text = `${'x'.repeat(at)} ${each} ${each}`;
      const { error } = conclude(verdict('rejected', 400, text), '', createRedact([each]));
      const half = each.slice(0, Math.ceil(each.length / 2));
      return !error?.includes(each) && (half.length < 8 || !error?.includes(half));
    }),
    { numRuns: 500 },
  );
});

test('a URL as secret is secret in all its parts', () => {
  const redact = createRedact([slackUrl, 'https://hooks.example.org/in?token=hunter2x']);
  expect(redact(`POST ${slackUrl}`)).toBe('POST ***');
  expect(redact('no /services/T0000AAAA/B0000BBBB/secretpartsecretpart here')).toBe('no *** here');
  expect(redact('secretpartsecretpart')).toBe('***');
  expect(redact('the token hunter2x is wrong')).toBe('the token *** is wrong');
});

test('what looks like a secret is masked although nobody told us', () => {
  const redact = createRedact([]);
  expect(redact('https://me:pw@example.org/a?key=1#x')).toBe('https://***@example.org/a?***');
  expect(redact('https://hooks.slack.com/services/T1/B1/abc says no')).toBe(
    'https://hooks.slack.com/*** says no',
  );
  expect(redact(`key ${webhookKey}.`)).toBe('key ***.');
  expect(redact('key whsk_AAAABBBBCCCC=')).toBe('key ***');
  expect(redact('got v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')).toBe('got ***');
});

test('ordinary words stay', () => {
  const redact = createRedact([routingKey, '']);
  const text = 'HTTP 400: JSON parse error at https://runbooks.example.org/region-down';
  expect(redact(text)).toBe(text);
});
