import { decodeDecision, isHeartbeatKey } from '@regionpilot/protocol';
import type { Fault } from './fault.ts';

import { usualMs } from './host.ts';
import { decodeOnce } from './log.ts';

const hour = 3_600_000;

/** What happens to aggregators, to the log and by operators. */
export const controlFaults: readonly Fault[] = [
  {
    name: 'aggregatorCrashes',
    mostMs: 8_000,
    begin: (world, rng) => {
      const aggregator = rng.pick(world.aggregators);
      const graceful = rng.chance(0.3);
      world.transcript.say('WORLD', `${aggregator.name} ${graceful ? 'is shut down' : 'crashes'}`);
      world.killAggregator(aggregator, graceful);
      return () => world.startAggregator(aggregator);
    },
  },
  {
    name: 'aggregatorStops',
    mostMs: 500,
    begin: (world, rng) => {
      const aggregator = rng.pick(world.aggregators);
      const forMs = rng.between(200, 9_000);
      world.transcript.say('WORLD', `${aggregator.name} stands still for ${forMs} ms`);
      aggregator.host.stop(forMs);
      return () => undefined;
    },
  },
  {
    name: 'aggregatorCutFromLog',
    mostMs: 8_000,
    begin: (world, rng) => {
      const { host, name } = rng.pick(world.aggregators);
      world.transcript.say('WORLD', `${name} is cut off from the log`);
      host.cut = true;
      return () => {
        host.cut = false;
      };
    },
  },
  {
    name: 'aggregatorClockJumps',
    mostMs: 8_000,
    begin: (world, rng) => {
      const { host, name } = rng.pick(world.aggregators);
      host.skewMs = rng.pick([-hour, hour, -3_000, 3_000]);
      world.transcript.say('WORLD', `${name}'s clock jumps by ${host.skewMs} ms`);
      return () => {
        host.skewMs = 0;
      };
    },
  },
  {
    // The moments in which ownership and routes change at once.
    name: 'strickenWhileDeciding',
    mostMs: 12_000,
    begin: (world, rng) => {
      const { name } = rng.pick(world.regions);
      const how = rng.pick(['crash', 'stop', 'cut'] as const);
      let over = false;
      world.become(name, rng.chance(0.7) ? { kind: 'refused' } : { kind: 'frozen' });
      for (const aggregator of world.aggregators.filter(() => rng.chance(0.7))) {
        world.schedule.after(rng.between(0, 900), () => {
          if (over) return;
          world.transcript.say('WORLD', `${aggregator.name}: ${how}`);
          if (how === 'crash') world.killAggregator(aggregator);
          else if (how === 'stop') aggregator.host.stop(rng.between(500, 6_000));
          else aggregator.host.cut = true;
        });
      }
      return () => {
        over = true;
        world.heal(name);
        for (const aggregator of world.aggregators) {
          aggregator.host.cut = false;
          world.startAggregator(aggregator);
        }
      };
    },
  },
  {
    // A fenced owner's late word. One owner's own records do not overtake one another.
    name: 'oldDecisionAgain',
    mostMs: 100,
    begin: (world, rng) => {
      const term = world.checks.obeyed.at(-1)?.term ?? 0;
      const old = world.log
        .records('decisions')
        .filter((record) => !isHeartbeatKey(record.key))
        .filter((record) => decodeOnce(record, decodeDecision).term < term);
      if (old.length > 0) world.log.append('decisions', rng.pick(old));
      return () => undefined;
    },
  },
  {
    name: 'logAway',
    mostMs: 7_000,
    begin: (world) => {
      world.transcript.say('WORLD', 'the log is away');
      world.log.down = true;
      return () => {
        world.log.down = false;
        world.transcript.say('WORLD', 'the log is back');
      };
    },
  },
  {
    name: 'networkSlow',
    mostMs: 8_000,
    begin: ({ network }, rng) => {
      network.maxMs = rng.between(50, 600);
      return () => {
        network.maxMs = usualMs;
      };
    },
  },
  {
    name: 'networkLoses',
    mostMs: 15_000,
    begin: ({ network }, rng) => {
      network.lost = rng.next() * 0.3;
      network.lostAnswers = rng.next() * 0.3;
      return () => {
        network.lost = 0;
        network.lostAnswers = 0;
      };
    },
  },
  {
    name: 'operatorHolds',
    mostMs: 12_000,
    begin: (world, rng) => {
      const kind = rng.pick(['use', 'avoid'] as const);
      const region = rng.chance(0.9) ? rng.pick(world.regions).name : 'mars';
      world.transcript.say('WORLD', `an operator orders: ${kind} ${region}`);
      const key = rng.chance(0.8) ? 'payments' : '*';
      world.order({ hold: { kind, region } }, key);
      return () => world.order(null, key);
    },
  },
  {
    name: 'automationOff',
    mostMs: 8_000,
    begin: (world, rng) => {
      world.order({ automation: rng.pick(['off', 'shadow'] as const) }, '*');
      return () => world.order(null, '*');
    },
  },
];
