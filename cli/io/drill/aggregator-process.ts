// The aggregator of a drill: the product's own, in a process of its own, with a clock held beside
// what it decides and what the log has taken in.

import {
  type AggregatorEvent,
  parseAggregatorConfig,
  startAggregator,
} from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import { decodeDecision, isHeartbeatKey, topicFullName } from '@regionpilot/protocol';
import type { AggregatorPlan, FromAggregator, ToAggregator } from '../../drill/messages.ts';
import { openConfiguredBus } from '../open-bus.ts';
import { monotonicMs } from './clock.ts';
import { hearParent, tellParent } from './parent.ts';

const tell = (message: FromAggregator): void => tellParent(message);
const lookMs = 50;
let close: () => Promise<void> = async () => {};

hearParent<ToAggregator>(async (message) => {
  switch (message.kind) {
    case 'start':
      close = await start(message.plan);
      return tell({ kind: 'started' });
    case 'stop':
      await close();
      process.exit(0);
  }
});

async function start(plan: AggregatorPlan): Promise<() => Promise<void>> {
  const { topicPrefix, consumerGroup, policy, group } = plan;
  const bus = await openConfiguredBus(plan.bus);
  const bulkBus = await openConfiguredBus(plan.bus);
  const aggregator = await startAggregator({
    config: parseAggregatorConfig({
      instance: 'drill',
      topicPrefix,
      consumerGroup,
      policy,
      groups: { [group]: { regions: plan.regions } },
    }),
    bus: watched(bus, topicFullName(topicPrefix, 'decisions')),
    bulkBus,
    log: hear,
  });
  let said = '';
  const timer = setInterval(() => {
    const text = unrest(plan, aggregator.status());
    if (text === said) return;
    said = text;
    tell({ kind: 'calm', calm: text === '', text });
  }, lookMs);
  return async () => {
    clearInterval(timer);
    await aggregator.close();
    await Promise.all([bus.close(), bulkBus.close()]);
  };
}

function hear(event: AggregatorEvent): void {
  if (event.event === 'incidentRecorded' && event.kind === 'healthChanged') {
    tell({ kind: 'health', text: event.text, atMs: monotonicMs() });
  }
}

/** Notes when a decision is handed to the log, and when the log has it. */
function watched(bus: Bus, topic: string): Bus {
  return {
    ...bus,
    publish: async (to, records) => {
      const decisions = (to === topic ? records : [])
        .filter(({ key, value }) => value !== null && !isHeartbeatKey(key))
        .map(({ value }) => decodeDecision(value ?? new Uint8Array()))
        .flatMap((decoded) => (decoded.kind === 'ok' ? [decoded.value] : []));
      for (const decision of decisions) tell({ kind: 'decided', decision, atMs: monotonicMs() });
      await bus.publish(to, records);
      for (const { term, epoch } of decisions) {
        tell({ kind: 'published', term, epoch, atMs: monotonicMs() });
      }
    },
  };
}

type Status = ReturnType<Awaited<ReturnType<typeof startAggregator>>['status']>;

/** Why it would not act on a fault now as it would on any day; '' when it would. */
function unrest({ group, home, regions }: AggregatorPlan, { groups }: Status): string {
  const state = groups.find((each) => each.group === group);
  if (state === undefined) return 'no client was heard yet';
  const tilt = Object.values(state.tilt)[0]?.text;
  if (tilt !== undefined) return tilt;
  if (state.decision === null) return 'nothing is decided yet';
  if (state.decision.admit[home] !== 10_000) return `${home} does not admit everybody`;
  const ill = regions.find((region) => state.health['*']?.[region]?.kind !== 'healthy');
  return ill === undefined ? '' : `${ill} is ${state.health['*']?.[ill]?.kind ?? 'not known'}`;
}
