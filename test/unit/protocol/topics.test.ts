// Pins the catalogue: a topic that is kept shorter, or cut otherwise, is a deliberate diff.

import { topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import { expect, test } from 'vitest';

test('the catalogue: what is kept how long, in how many partitions', () => {
  const day = 86_400_000;
  const rows = topicCatalogue({ ...topicDefaults, eventPartitions: 8, partialPartitions: 4 }).map(
    ({ name, cleanup, retentionMs, partitions }) => [name, cleanup, retentionMs, partitions],
  );
  expect(rows).toEqual([
    ['regionpilot.events', 'delete', day, 8],
    ['regionpilot.partials', 'delete', 3_600_000, 4],
    ['regionpilot.decisions', 'compact', 0, 1],
    ['regionpilot.overrides', 'compact', 0, 1],
    ['regionpilot.incidents', 'delete', 30 * day, 4],
    ['regionpilot.alerts', 'compact', 0, 4],
    ['regionpilot.deliveries', 'delete', 30 * day, 4],
    ['regionpilot.state', 'compact', 0, 1],
    ['regionpilot.deadletter', 'delete', 7 * day, 1],
    ['regionpilot.rosters', 'delete', 3_600_000, 4],
    ['regionpilot.audit', 'delete', 365 * day, 1],
    ['regionpilot.policies', 'compact', 0, 1],
  ]);
});
