// The drill's aggregator seen from outside: whether it is calm, and what it said when.

import type { Decided, Published } from '../../drill/figures.ts';
import type { AggregatorPlan, FromAggregator, ToAggregator } from '../../drill/messages.ts';
import { drillFailed, forkChild } from './child.ts';
import type { Leash } from './leash.ts';
import { waitUntil } from './wait.ts';

export type Judge = {
  /** @throws {PipelineError} DRILL_FAILED saying why it is not. */
  readonly untilCalm: (withinMs: number, stopping: AbortSignal) => Promise<void>;
  readonly begin: () => void;
  /** Everything since `begin`. */
  readonly heard: () => {
    readonly healthAtMs: readonly number[];
    readonly decided: readonly Decided[];
    readonly published: readonly Published[];
  };
  readonly stop: () => Promise<void>;
};

const startWithinMs = 60_000;

export async function startJudge(plan: AggregatorPlan, leash: Leash): Promise<Judge> {
  const child = forkChild<ToAggregator, FromAggregator>(
    'the aggregator',
    './aggregator-process.ts',
    leash,
  );
  let unrest = 'it has just started';
  let ended = false;
  let healthAtMs: number[] = [];
  let decided: Decided[] = [];
  let published: Published[] = [];
  child.hear((message) => {
    switch (message.kind) {
      case 'calm':
        unrest = message.text;
        return;
      case 'health':
        healthAtMs.push(message.atMs);
        return;
      case 'decided':
        decided.push(message);
        return;
      case 'published':
        published.push(message);
        return;
      case 'failed':
        ended = true;
        unrest = message.text;
        return;
      case 'started':
        return;
    }
  });
  const started = child.next('started', startWithinMs);
  child.send({ kind: 'start', plan });
  await started;
  return {
    untilCalm: async (withinMs, stopping) => {
      const calm = await waitUntil(() => unrest === '' || ended, withinMs, stopping);
      if (!calm || ended) throw drillFailed(`the aggregator does not come to rest: ${unrest}`);
    },
    begin: () => {
      healthAtMs = [];
      decided = [];
      published = [];
    },
    heard: () => ({ healthAtMs, decided, published }),
    stop: () => child.stop({ kind: 'stop' }, 5_000),
  };
}
