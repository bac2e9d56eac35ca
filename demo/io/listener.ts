// Follows the demo's own log, as any observer could: decisions, the timeline, the partials and
// what receivers were told.

import type { Bus, BusRecord, Tail } from '@regionpilot/bus';
import {
  type Decision,
  type Delivery,
  decodeDecision,
  decodeDelivery,
  decodeIncident,
  decodePartial,
  type IncidentRecord,
  isHeartbeatKey,
  type Partial,
  type TopicName,
  topicFullName,
} from '@regionpilot/protocol';

export type Ears = {
  readonly decision: (decision: Decision) => void;
  readonly incident: (record: IncidentRecord) => void;
  readonly partial: (partial: Partial) => void;
  readonly delivery: (delivery: Delivery) => void;
};

/** Only what comes from now on. */
export async function listenToLog(
  bus: Bus,
  prefix: string,
  ears: Ears,
): Promise<{ readonly close: () => Promise<void> }> {
  const follow = (topic: TopicName, hear: (key: string, value: Uint8Array) => void) =>
    bus.tail({
      topic: topicFullName(prefix, topic),
      from: 'end',
      handler: {
        record: ({ key, value }: BusRecord) => {
          if (value !== null) hear(key, value);
        },
        caughtUp: () => undefined,
      },
    });
  const tails: readonly Tail[] = await Promise.all([
    follow('decisions', (key, value) => {
      const decoded = isHeartbeatKey(key) ? null : decodeDecision(value);
      if (decoded?.kind === 'ok') ears.decision(decoded.value);
    }),
    follow('incidents', (_, value) => {
      const decoded = decodeIncident(value);
      if (decoded.kind === 'ok') ears.incident(decoded.value);
    }),
    follow('partials', (_, value) => {
      const decoded = decodePartial(value);
      if (decoded.kind === 'ok') ears.partial(decoded.value);
    }),
    follow('deliveries', (_, value) => {
      const decoded = decodeDelivery(value);
      if (decoded.kind === 'ok') ears.delivery(decoded.value);
    }),
  ]);
  return {
    close: async () => {
      await Promise.all(tails.map((tail) => tail.close()));
    },
  };
}
