// One event as a line for a terminal: when, what, and the words that its own part has for it.

import type { Level } from '@regionpilot/telemetry';
import { harmless, isoTime, type Paint } from './text.ts';

const tones = { debug: 'dim', info: 'strong', warn: 'warn', error: 'bad' } as const;

export function eventLine(
  event: { readonly event: string },
  level: Level,
  detail: string,
  nowMs: number,
  paint: Paint,
): string {
  const time = paint('dim', isoTime(nowMs).slice(11, 23));
  return `${time} ${paint(tones[level], event.event)} ${harmless(detail)}`;
}
