/** What alerting has on its way to the log, by topic, and how much may wait. */
import { type Bus, Outbox, type OutboxOptions } from '@regionpilot/bus';
import type { TopicName } from '@regionpilot/protocol';

export type Boxes = Readonly<Record<'alerts' | 'deliveries' | 'state' | 'deadLetters', Outbox>>;

export function openBoxes(
  bus: Bus,
  bulkBus: Bus,
  topic: (name: TopicName) => string,
  onFailure: OutboxOptions['onFailure'],
): Boxes {
  const box = (on: Bus, name: TopicName, latestOnly: boolean, most: number): Outbox =>
    new Outbox({ bus: on, topic: topic(name), latestOnly, most, onFailure });
  return {
    alerts: box(bus, 'alerts', false, 1_000_000),
    deliveries: box(bulkBus, 'deliveries', false, 100_000),
    state: box(bulkBus, 'state', true, 1_000),
    deadLetters: box(bulkBus, 'deadletter', false, 10_000),
  };
}

export function ofBoxes(
  boxes: Boxes,
  pick: (box: Outbox) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, pick(box)]));
}
