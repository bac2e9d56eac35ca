// The agent's counters by name, for a host that exports them. Names, units and words are those of
// RegionPilot's catalogue, which the agent cannot import: it would bring a web server along.

import type { AgentStatus } from './agent.ts';
import type { RegionConnections } from './connection.ts';

export type Observed = {
  readonly value: number;
  readonly attributes: Readonly<Record<string, string>>;
};

export type Instrument = {
  readonly name: string;
  readonly kind: 'gauge' | 'counter' | 'upDownCounter';
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  /** @param nowMs ms since 1970. */
  readonly read: (status: AgentStatus, nowMs: number) => readonly Observed[];
};

export const instruments: readonly Instrument[] = [
  {
    name: 'regionpilot.agent.following',
    kind: 'gauge',
    unit: '{flag}',
    description: '1 while the agent follows the decision log; 0 while it catches up.',
    read: ({ decisions }) => one(decisions.state === 'following' ? 1 : 0),
  },
  {
    name: 'regionpilot.agent.contact.age',
    kind: 'gauge',
    unit: 's',
    description: 'Time since the decision log was last heard.',
    read: ({ decisions: { lastContactMs } }, nowMs) =>
      lastContactMs === null ? [] : one(Math.max(0, nowMs - lastContactMs) / 1_000),
  },
  {
    name: 'regionpilot.agent.reports.waiting',
    kind: 'gauge',
    unit: '{batch}',
    description: 'Batches in memory that are not yet in the log.',
    read: ({ reports }) => one(reports.waiting),
  },
  {
    name: 'regionpilot.agent.buffer.usage',
    kind: 'gauge',
    unit: 'By',
    description: 'Memory those batches take.',
    read: ({ reports }) => one(reports.bytes),
  },
  {
    name: 'regionpilot.agent.rows',
    kind: 'counter',
    unit: '{row}',
    description: 'Events that left this process or were given up.',
    read: ({ reports }) => one(reports.produced),
  },
  {
    name: 'regionpilot.agent.dropped',
    kind: 'counter',
    unit: '{row}',
    description: 'Events the agent gave up, by reason.',
    read: ({ reports }) =>
      Object.entries(reports.dropped).map(([reason, value]) => ({ value, attributes: { reason } })),
  },
  {
    name: 'regionpilot.agent.survived_errors',
    kind: 'counter',
    unit: '{error}',
    description: 'Errors caught so that the host did not meet them.',
    read: ({ survivedErrors }) => one(survivedErrors),
  },
  {
    name: 'regionpilot.agent.connections_refused',
    kind: 'counter',
    unit: '{connection}',
    description: 'Connections that could not be counted, for want of a number or a valid name.',
    read: ({ reports }) => one(reports.connectionsRefused),
  },
  {
    name: 'db.client.connection.count',
    kind: 'upDownCounter',
    unit: '{connection}',
    description:
      'Connections of the application that are up, by group and region: `used` while a command waits for its answer (commands that are meant to wait aside), else `idle`.',
    read: ({ connections }) => connections.flatMap(poolStates),
  },
];

function poolStates({ group, region, used, idle }: RegionConnections): readonly Observed[] {
  const state = (name: string, value: number): Observed => ({
    value,
    attributes: {
      'db.client.connection.pool.name': `${group}/${region}`,
      'db.client.connection.state': name,
    },
  });
  return [state('used', used), state('idle', idle)];
}

function one(value: number): readonly Observed[] {
  return [{ value, attributes: {} }];
}
