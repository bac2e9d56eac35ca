import { expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import { hear } from '../../../../alerts/rules/signals/hear.ts';
import { createWorld } from '../../../../alerts/rules/signals/world.ts';
import { cell, decided, healthChanged, partial } from '../../../support/alerts-facts.ts';

function errorRatio(facts: readonly Fact[]): unknown {
  const world = createWorld();
  const samples = facts.flatMap((fact) => hear(world, fact, fact.atMs).samples);
  return samples.findLast(({ signal }) => signal === 'groupErrorRatio')?.value;
}

/** Clients of a quiet service look twice a second whether the region is back. */
const looking = [cell('eu-west', [0, 20]), cell('us-east', [80, 0])];

test('a region that nobody is sent to has no callers: who looks whether it is back is none', () => {
  const down = [healthChanged(0, 'eu-west', 'down'), partial(0, { cells: looking })];
  expect(errorRatio(down)).toBe(0.2);
  expect(errorRatio([...down, decided(1), partial(4, { cells: looking })])).toBe(0);
});

test('callers who fail where they were sent do count', () => {
  const there = [cell('eu-west', [0, 20]), cell('us-east', [60, 20])];
  expect(errorRatio([decided(1), partial(4, { cells: there })])).toBe(0.25);
});
