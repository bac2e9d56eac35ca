// Queries that rightly answer nothing in the scripted world, each with the reason.

export type Excuse = {
  /** `dashboard / panel / query`. */
  readonly at: string;
  readonly reason: string;
};

export const excuses: readonly Excuse[] = [
  {
    at: 'RegionPilot / Failover / Load and headroom of regions / B',
    reason: 'only where a policy says what a region can carry',
  },
  {
    at: 'RegionPilot / Pipeline / Sent and given up by agents / B',
    reason: 'only once an agent has dropped rows',
  },
  {
    at: 'RegionPilot / Pipeline / Failed writes and given up / A',
    reason: 'only once a write to the log has failed',
  },
  {
    at: 'RegionPilot / Pipeline / Dead letters / A',
    reason: 'only once a record could not be read',
  },
  {
    at: 'RegionPilot / Pipeline / Series left out / A',
    reason: 'only once a metric has had too many series',
  },
  {
    at: 'RegionPilot / Alert delivery / Way of a synthetic alert / A',
    reason: 'only where a probe is configured',
  },
  {
    at: 'RegionPilot / Alert delivery / Heartbeat age / A',
    reason: 'only where a receiver wants heartbeats',
  },
];
