// One process of followers in the relay bench: the agent's own follower, with decisions from a relay
// or straight from the log.

import { openKafkaBus } from '@regionpilot/bus/kafka';
import { systemClock } from '../agent/io/clock.ts';
import { DeadLetters } from '../agent/io/dead-letters.ts';
import { type DecisionSource, Follower } from '../agent/io/follower.ts';
import { Notices } from '../agent/io/notices.ts';
import { RelaySource } from '../agent/io/relay-source.ts';

export type RelayPlan = {
  readonly kind: 'relay' | 'bus';
  readonly followers: number;
  readonly url: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string;
};
/** Epoch and moment of application (monotonic ms) of every one, one after the other. */
export type Applied = Float64Array;

const startTogether = 25;
let applied: number[] = [];
let close: () => Promise<void> = async () => {};

process.on('message', (message: { readonly plan?: RelayPlan; readonly order?: string }) => {
  if (message.plan !== undefined) {
    void start(message.plan).then(() => process.send?.({ ready: true }));
  }
  if (message.order === 'collect') {
    process.send?.({ applied: Float64Array.from(applied) });
    applied = [];
  }
  if (message.order === 'stop') void close().then(() => process.exit(0));
});
process.once('disconnect', () => process.exit(0));

async function start(plan: RelayPlan): Promise<void> {
  const followers: Follower[] = [];
  close = async () => {
    await Promise.all(followers.map((each) => each.close()));
  };
  for (let i = 0; i < plan.followers; i += startTogether) {
    const some = Array.from({ length: Math.min(startTogether, plan.followers - i) }, () =>
      followed(plan),
    );
    followers.push(...(await Promise.all(some)));
  }
}

/** Resolves when the end was found: what comes from now on is news. */
function followed(plan: RelayPlan): Promise<Follower> {
  const { topic, group } = plan;
  const notices = new Notices(undefined);
  const policy = { groups: new Map([[group, ['eu', 'us']]]), decisionStaleMs: 5_000 };
  return new Promise((resolve) => {
    const follower: Follower = new Follower({
      topic,
      clock: systemClock,
      rng: Math.random,
      notices,
      deadLetters: new DeadLetters('nowhere', systemClock),
      policy: () => policy,
      effect: (effect) => {
        if (effect.kind !== 'apply') return;
        applied.push(effect.decision.epoch, Number(process.hrtime.bigint()) / 1e6);
      },
      stepped: () => {
        if (follower.state.kind === 'following') resolve(follower);
      },
    });
    follower.follow(sourceOf(plan, notices), null);
  });
}

function sourceOf({ kind, url, brokers }: RelayPlan, notices: Notices): DecisionSource {
  const shared = { clock: systemClock, rng: Math.random, notices };
  return kind === 'relay'
    ? new RelaySource({ ...shared, relay: { relay: url } })
    : openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-follower' });
}
