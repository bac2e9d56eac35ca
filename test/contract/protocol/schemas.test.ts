import { readdirSync, readFileSync } from 'node:fs';
import {
  batchSchema,
  connectionStates,
  errorClasses,
  errorClassNames,
  eventKinds,
  problemsOf,
  schemaDocuments,
} from '@regionpilot/protocol';
import { expect, test } from 'vitest';

const folder = new URL('../../../protocol/schemas/', import.meta.url);

test('the schemas checked in are those the code generates (`npm run schemas` writes them)', () => {
  const documents = schemaDocuments();
  expect(readdirSync(folder).sort()).toEqual(Object.keys(documents).sort());
  for (const [file, document] of Object.entries(documents)) {
    expect(readFileSync(new URL(file, folder), 'utf8')).toBe(document);
  }
});

test('a published schema accepts its vector', () => {
  const vector = new URL('../../vectors/batch.v1.json', import.meta.url);
  const { record, rejected } = JSON.parse(readFileSync(vector, 'utf8'));
  expect(problemsOf(batchSchema, record)).toEqual([]);
  expect(problemsOf(batchSchema, rejected[0].record)).not.toEqual([]);
});

// Positions are wire numbers: appending is fine, anything else breaks every agent in the field.
test('wire numbers never change their meaning', () => {
  expect(errorClassNames.slice(0, 30)).toEqual(
    (
      'refused reset closed unreachable timeout dns tls loading readonly busy oom misconf masterdown ' +
      'clusterdown noreplicas maxclients protocol auth noperm wrongtype script syntax execabort moved ' +
      'ask tryagain crossslot cancelled poolExhausted other'
    ).split(' '),
  );
  expect(eventKinds.slice(0, 7)).toEqual(
    'sample connecting ready closed reconnecting failed gone'.split(' '),
  );
  expect(connectionStates.slice(0, 6)).toEqual(
    'connecting ready closed reconnecting failed gone'.split(' '),
  );
});

test('every class of error states whom it speaks against', () => {
  const of = (evidence: string) =>
    errorClassNames.filter((name) => errorClasses[name] === evidence);
  expect(of('client')).toEqual(
    'auth noperm wrongtype script syntax execabort crossslot'.split(' '),
  );
  expect(of('neutral')).toEqual('moved ask tryagain cancelled poolExhausted other'.split(' '));
  expect(of('region')).toHaveLength(17);
});
