// The inbox of whoever is on call: counts in one line, the latest entries below where there is room.

import type { Entry, InboxSummary } from '../inbox/summary.ts';
import { clock } from './format.ts';
import { type Line, line, type Span, type Tone } from './lines.ts';

/** @param rows How many entries there is room for. */
export function inboxLines(inbox: InboxSummary, startedMs: number, rows: number): readonly Line[] {
  return [
    countLine(inbox),
    ...inbox.latest.slice(0, Math.max(0, rows)).map((entry) => entryLine(entry, startedMs)),
  ];
}

function countLine({ open, acknowledged, resolved, changes, webhooks }: InboxSummary): Line {
  const { good, bad } = webhooks;
  return line(
    ['strong', ' INBOX     '],
    [open === 0 ? 'plain' : 'warn', `${open} open`],
    ['plain', acknowledged === 0 ? '' : `, ${acknowledged} acknowledged`],
    ['plain', `, ${resolved} resolved, ${changes} ${changes === 1 ? 'change' : 'changes'}`],
    ['bad', bad === 0 ? '' : `, ${bad} webhooks with a bad signature`],
    ['dim', `; ${good} signed webhooks (a PagerDuty, played here)`],
  );
}

const stateTones: Readonly<Record<'open' | 'acknowledged' | 'resolved', Tone>> = {
  open: 'warn',
  acknowledged: 'plain',
  resolved: 'good',
};

function entryLine({ atMs, title, page }: Entry, startedMs: number): Line {
  const at: Span = ['dim', `${clock(atMs - startedMs).padStart(6)} `];
  if (page === null) return line(at, ['dim', `${''.padEnd(10)}${'change'.padEnd(14)}${title}`]);
  const { severity, state } = page;
  return line(
    at,
    [severity === 'critical' && state !== 'resolved' ? 'bad' : 'plain', severity.padEnd(10)],
    [stateTones[state], state.padEnd(14)],
    [state === 'resolved' ? 'dim' : 'plain', title],
  );
}
