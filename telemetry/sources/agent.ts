// What an agent says of itself, as samples: for a host that exports them. The agent never does.

import { flag, type Sample, sample } from '../sample.ts';

/** `Agent.status()`, as far as it is exported. */
export type AgentReading = {
  readonly decisions: {
    readonly state: 'catchingUp' | 'following';
    readonly lastContactMs: number | null;
  };
  readonly reports: {
    readonly waiting: number;
    readonly bytes: number;
    readonly produced: number;
    readonly dropped: Readonly<Partial<Record<string, number>>>;
    readonly connectionsRefused: number;
  };
  readonly connections: readonly {
    readonly group: string;
    readonly region: string;
    readonly used: number;
    readonly idle: number;
  }[];
  readonly survivedErrors: number;
};

export function agentSamples(
  { decisions, reports, connections, survivedErrors }: AgentReading,
  nowMs: number,
): readonly Sample[] {
  const { state, lastContactMs } = decisions;
  return [
    sample('regionpilot.agent.following', {}, flag(state === 'following')),
    ...(lastContactMs === null
      ? []
      : [sample('regionpilot.agent.contact.age', {}, Math.max(0, nowMs - lastContactMs) / 1_000)]),
    sample('regionpilot.agent.reports.waiting', {}, reports.waiting),
    sample('regionpilot.agent.buffer.usage', {}, reports.bytes),
    sample('regionpilot.agent.rows', {}, reports.produced),
    ...Object.entries(reports.dropped).map(([reason, count]) =>
      sample('regionpilot.agent.dropped', { reason }, count ?? 0),
    ),
    sample('regionpilot.agent.survived_errors', {}, survivedErrors),
    sample('regionpilot.agent.connections_refused', {}, reports.connectionsRefused),
    ...connections.flatMap(poolSamples),
  ];
}

function poolSamples({ group, region, used, idle }: AgentReading['connections'][number]): Sample[] {
  const pool = { 'db.client.connection.pool.name': `${group}/${region}` };
  return [
    sample('db.client.connection.count', { ...pool, 'db.client.connection.state': 'used' }, used),
    sample('db.client.connection.count', { ...pool, 'db.client.connection.state': 'idle' }, idle),
  ];
}
