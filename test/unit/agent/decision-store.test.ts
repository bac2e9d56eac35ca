import { expect, test } from 'vitest';
import { formatDecisions, parseDecisions } from '../../../agent/decision-store.ts';
import { decision } from './build.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what was kept comes back as it was', () => {
  const kept = [decision({ epoch: 7 }), decision({ group: 'sessions' })];
  expect(parseDecisions(bytes(formatDecisions(kept)))).toEqual({ kind: 'ok', decisions: kept });
});

test.each([
  ['nothing', ''],
  ['half a file', formatDecisions([decision()]).slice(0, 100)],
  ['no list', JSON.stringify(decision())],
  ['a decision that strands everybody', formatDecisions([decision({ admit: { eu: 1 } })])],
  ['one bad entry among good ones', `[${JSON.stringify(decision())},7]`],
])('%s is nothing, with a reason', (_name, text) => {
  expect(parseDecisions(bytes(text)).kind).toBe('invalid');
});
