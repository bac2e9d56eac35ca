// One process of followers in the fan-out bench: of one kind, all on one topic.

import { openKafkaBus } from '@regionpilot/bus/kafka';
import { followRaw } from './raw-fetch.ts';

export type FollowersPlan = {
  readonly kind: 'bus' | 'raw';
  readonly followers: number;
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Where raw followers begin; the bus finds the end itself. */
  readonly offset: number;
};
/** Offset and arrival (monotonic ms) of every delivery, one after the other. */
export type Arrivals = Float64Array;

const startTogether = 25;
let arrivals: number[] = [];
let close: () => Promise<void> = async () => {};

process.on('message', (message: { readonly plan?: FollowersPlan; readonly order?: string }) => {
  if (message.plan !== undefined) {
    void start(message.plan).then(() => process.send?.({ ready: true }));
  }
  if (message.order === 'collect') {
    process.send?.({ arrivals: Float64Array.from(arrivals) });
    arrivals = [];
  }
  if (message.order === 'stop') void close().then(() => process.exit(0));
});
process.once('disconnect', () => process.exit(0));

const hear = (offset: number): void => {
  arrivals.push(offset, Number(process.hrtime.bigint()) / 1e6);
};

async function start({ kind, followers, brokers, topic, offset }: FollowersPlan): Promise<void> {
  if (kind === 'raw') {
    const all = Array.from({ length: followers }, () =>
      followRaw(brokers[0] ?? '', topic, offset, hear),
    );
    close = async () => {
      for (const each of all) each.close();
    };
    return;
  }
  const buses: ReturnType<typeof openKafkaBus>[] = [];
  close = async () => {
    await Promise.all(buses.map((bus) => bus.close()));
  };
  for (let i = 0; i < followers; i += startTogether) {
    const some = Array.from({ length: Math.min(startTogether, followers - i) }, () =>
      openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-follower' }),
    );
    buses.push(...some);
    await Promise.all(some.map((bus) => followed(bus, topic)));
  }
}

/** Resolves when the end was found: what comes from now on is delivered. */
function followed(bus: ReturnType<typeof openKafkaBus>, topic: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const handler = { record: ({ offset }: { offset: number }) => hear(offset), caughtUp: resolve };
    bus.tail({ topic, from: 'end', handler }).catch(reject);
  });
}
