// What holds where a file says nothing. A test pins it, so that changing a default is a decision
// somebody sees.

import type { AlertingConfig } from '../config.ts';

export type AlertingDefaults = Pick<
  AlertingConfig,
  | 'deployment'
  | 'runbookBase'
  | 'dashboardBase'
  | 'flapping'
  | 'startDelayMs'
  | 'heartbeat'
  | 'probe'
>;

export const alertingDefaults: AlertingDefaults = {
  deployment: 'regionpilot',
  runbookBase: '',
  dashboardBase: '',
  /** Six changes within ten minutes. */
  flapping: { changes: 6, windowMs: 600_000 },
  startDelayMs: 5_000,
  heartbeat: null,
  probe: null,
};

/** How often a heartbeat or a synthetic alert goes out, ms. */
export const beatEveryMs = 60_000;
