// Random fleets under random faults. `SIM_SEEDS=2000 npm run sim` runs more of them, `SIM_FROM`
// says where to begin, `SIM_SEED=42 npm run sim` runs one and prints its end when it fails.

import { expect, test } from 'vitest';
import { runSeed } from '../support/sim/random-world.ts';

const only = process.env['SIM_SEED'];
const from = Number(process.env['SIM_FROM'] ?? 1);
const count = Number(process.env['SIM_SEEDS'] ?? 250);
const seeds =
  only === undefined ? Array.from({ length: count }, (_, i) => from + i) : [Number(only)];

test(`${seeds.length} random fleets keep every promise`, () => {
  const failed = seeds.flatMap((seed) => {
    const problem = problemOf(seed);
    return problem === null ? [] : [`SIM_SEED=${seed} npm run sim\n${problem}`];
  });
  expect(failed.join('\n\n')).toBe('');
});

function problemOf(seed: number): string | null {
  const { problem, transcript } = runSeed(seed);
  if (problem === null) return null;
  return only === undefined ? problem : `${problem}\n${transcript.last(120)}`;
}
