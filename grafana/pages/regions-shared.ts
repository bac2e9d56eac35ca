// What the rows of Regions have in common: words for health, and the error ratio.

import type { Colour } from '../look.ts';
import { is, rate } from '../query.ts';

export const healths: readonly (readonly [number, string, Colour])[] = [
  [0, 'healthy', 'good'],
  [1, 'suspect', 'warn'],
  [2, 'down', 'bad'],
  [3, 'unknown', 'none'],
];
export const byRegion = ['group', 'region'] as const;
export const inRegion = '{{group}} {{region}}';

/** 0.1 % of calls is the objective the shipped rules burn. */
export const objective = 0.001;

export function errorRatio(by: readonly ('group' | 'region')[]): string {
  const errors = rate('regionpilot.connection.events', by, { outcome: is('error') });
  return `${errors} / ${rate('regionpilot.connection.events', by)}`;
}
