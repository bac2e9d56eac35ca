// What a viewer of `top` has chosen, and what a key changes of it. Keys and the picture are pure, so
// that every screen is a test.

import { formatDuration } from '@regionpilot/protocol';
import { harmless, isoTime, type Paint, table } from '../text.ts';
import { type SortKey, sortedRows, sortKeys, type TopFrame, type TopRow } from './frame.ts';

export type View = {
  readonly sort: SortKey;
  readonly paused: boolean;
  /** Only this group; null: all. */
  readonly group: string | null;
  readonly leaving: boolean;
};

export const firstView: View = { sort: 'group', paused: false, group: null, leaving: false };

/** Keys typed quickly arrive together. */
export function keysIn(typed: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal says "arrow".
  return typed.match(/\u001b\[[A-Z]|[\s\S]/g) ?? [];
}

/** @param key As the terminal sends it. @param groups Groups there are, in order. */
export function press(view: View, key: string, groups: readonly string[]): View {
  switch (key) {
    case 'q':
    case '\u0003':
      return { ...view, leaving: true };
    case 'p':
    case ' ':
      return { ...view, paused: !view.paused };
    case 's':
      return { ...view, sort: after(sortKeys, view.sort) };
    case '\u001b[C':
    case '\u001b[B':
      return { ...view, group: around(groups, view.group, 1) };
    case '\u001b[D':
    case '\u001b[A':
      return { ...view, group: around(groups, view.group, -1) };
    default:
      return view;
  }
}

function after<Value>(all: readonly Value[], value: Value): Value {
  return all[(all.indexOf(value) + 1) % all.length] ?? value;
}

/** Through all groups and, between the last and the first, every group at once. */
function around(groups: readonly string[], group: string | null, by: 1 | -1): string | null {
  const all = [null, ...groups];
  const at = Math.max(0, all.indexOf(group));
  return all[(at + by + all.length) % all.length] ?? null;
}

export const keysHelp = 'q quit · s sort · p pause · ←→ group';

export function frameLines(frame: TopFrame, view: View, paint: Paint): readonly string[] {
  const chosen = frame.rows.filter(({ group }) => view.group === null || group === view.group);
  const rows = sortedRows(chosen, view.sort);
  return [
    headLine(frame, paint),
    ...(rows.length === 0
      ? ['no group was ever decided']
      : table(
          head,
          rows.map((row) => cells(row, paint)),
        )),
    ...notes(rows, paint),
  ];
}

/** For a terminal: with what is chosen, and the keys. No more lines than it has. */
export function screenLines(
  frame: TopFrame,
  view: View,
  paint: Paint,
  height: number,
): readonly string[] {
  const about = [
    `sorted by ${view.sort}`,
    view.group === null ? 'every group' : `group ${harmless(view.group)}`,
    ...(view.paused ? [paint('warn', 'PAUSED')] : []),
  ].join(', ');
  const lines = frameLines(frame, view, paint);
  const room = Math.max(1, height - 2);
  const left = lines.length - room;
  const shown =
    left > 0 ? [...lines.slice(0, room - 1), paint('dim', `and ${left + 1} more`)] : lines;
  return [...shown, paint('dim', `${about}   ${keysHelp}`)];
}

function headLine({ atMs, lag, aggregators, aggregatorsSilent }: TopFrame, paint: Paint): string {
  const alive = `${aggregators - aggregatorsSilent} of ${aggregators} aggregators answer`;
  const word = aggregators === 0 ? paint('bad', 'no aggregator has ever answered') : alive;
  const tone = aggregatorsSilent > 0 ? paint('bad', word) : word;
  return `${isoTime(atMs)}  ${tone}  events lag ${lag ?? 'unknown'}`;
}

const head = [
  'GROUP',
  'REGION',
  'HEALTH',
  'OPS/S',
  'ERRORS',
  'P50',
  'P99',
  'ADMITS',
  'CLIENTS',
  'FOLLOW',
];

function cells(row: TopRow, paint: Paint): readonly string[] {
  const tone = { healthy: 'good', suspect: 'warn', down: 'bad', unknown: 'dim' } as const;
  const { errorRatio } = row;
  const errors = errorRatio === null ? '-' : percent(errorRatio, 2);
  return [
    harmless(row.group),
    harmless(row.region),
    paint(tone[row.health], row.health),
    row.opsPerSecond.toFixed(row.opsPerSecond < 10 ? 1 : 0),
    errorRatio !== null && errorRatio >= 0.1 ? paint('bad', errors) : errors,
    latency(row.p50Us),
    latency(row.p99Us),
    percent(row.admit / 10_000, 0),
    String(row.clients),
    row.convergence === null ? '-' : percent(row.convergence, 1),
  ];
}

function notes(rows: readonly TopRow[], paint: Paint): readonly string[] {
  const groups = new Map(rows.map((row) => [row.group, row]));
  return [...groups.values()].flatMap(({ group, tilt, stragglers }) => [
    ...(tilt === null
      ? []
      : [paint('bad', `${harmless(group)} TILT: watching without acting (${harmless(tilt)})`)]),
    ...(stragglers.length === 0
      ? []
      : [paint('warn', `${harmless(group)} behind: ${stragglers.map(harmless).join(', ')}`)]),
  ]);
}

/** Rounded down: 99.96 % is not everybody. */
function percent(ratio: number, digits: number): string {
  const scale = 10 ** digits;
  return `${(Math.floor(ratio * 100 * scale + 1e-9) / scale).toFixed(digits)} %`;
}

function latency(us: number | null): string {
  if (us === null) return '-';
  if (us < 1_000) return `${Math.round(us)}µs`;
  return us < 10_000 ? `${(us / 1_000).toFixed(1)}ms` : formatDuration(us / 1_000);
}
