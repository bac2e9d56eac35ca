// The live view as a pure function: what is known in, one string for the terminal out. Top to bottom
// it answers: what is this, what is happening, how are the regions, what did callers notice, how
// fast was it, who was told, why was it decided, what can I press.

import { demoSettingsTexts } from '../alerting.ts';
import type { Happening } from '../happening.ts';
import type { Report } from '../report.ts';
import type { Script } from '../script.ts';
import type { WorldSnapshot } from '../snapshot.ts';
import { clock, count, latency, serverText } from './format.ts';
import { helpLines, keyLines } from './help.ts';
import { inboxLines } from './inbox.ts';
import { blank, draw, type Line, line, type Paint, type Span } from './lines.ts';
import { regionLines } from './regions.ts';
import { storyLine } from './story.ts';
import { timelineLines } from './timeline.ts';

export type Screen = {
  readonly world: WorldSnapshot;
  readonly startedMs: number;
  /** The script that plays, or null when the keys are in charge. */
  readonly script: Script | null;
  /** Of the latest outage, or null before the first. */
  readonly report: Report | null;
  /** Oldest first. */
  readonly happenings: readonly Happening[];
  /** Place of the chosen region. */
  readonly chosen: number;
  readonly help: boolean;
};

export type Size = { readonly columns: number; readonly rows: number };

/** The rest, and as much of what happened as is needed to follow it. */
const rowsWithoutInbox = 26;

/** Exactly as many lines as fit, none wider than the screen. */
export function render(screen: Screen, { columns, rows }: Size, paint: Paint): string {
  const top = topLines(screen, columns, rows - rowsWithoutInbox);
  const bottom = [blank, ...keyLines(screen, columns), ...settingsLines(rows)];
  const room = Math.max(0, rows - top.length - bottom.length);
  const middle = screen.help
    ? helpLines.slice(0, room)
    : timelineLines(screen.happenings, screen.startedMs, columns, room);
  const gap = Array.from({ length: room - middle.length }, () => blank);
  return [...top, ...middle, ...gap, ...bottom]
    .slice(0, rows)
    .map((each) => draw(each, columns, paint))
    .join('\n');
}

function topLines(screen: Screen, columns: number, spareRows: number): readonly Line[] {
  const { world, script, chosen, startedMs } = screen;
  return [
    titleLine(screen),
    subtitleLine(screen.world),
    blank,
    line(['plain', ' '], ...storyLine(world, script)),
    blank,
    ...regionLines(world, chosen, columns),
    blank,
    commandLine(world),
    failoverLine(screen),
    ...inboxLines(world.inbox, startedMs, spareRows),
    blank,
    line(['strong', screen.help ? ' HELP' : ' WHAT HAPPENED AND WHY']),
  ];
}

/** Both where there is room. */
function settingsLines(rows: number): readonly Line[] {
  const most = rows < rowsWithoutInbox + 2 ? 1 : 2;
  return demoSettingsTexts.slice(0, most).map((text) => line(['dim', ` ${text}`]));
}

function titleLine({ world, startedMs }: Screen): Line {
  const { clients, regions, servers, bus, version, tilt } = world;
  const epoch = version === null ? 'no decision yet' : `epoch ${version[1]}`;
  const watching: Line =
    tilt.length === 0 ? [] : [['warn', `watching only (${tilt.join(', ')})  `]];
  return line(
    ['title', ' RegionPilot demo '],
    ['plain', `  ${clock(world.nowMs - startedMs)}  ${epoch}  `],
    ...watching,
    [
      'dim',
      `${clients} clients, ${regions.length} regions with ${serverText(servers)} each, ${bus} log`,
    ],
  );
}

function subtitleLine({ console }: WorldSnapshot): Line {
  const what = ' Clients report what they meet, the fleet decides, one ordered log moves them.';
  return console === null
    ? line(['dim', what])
    : line(['plain', ' The same in a browser: '], ['strong', console]);
}

function commandLine({ commands }: WorldSnapshot): Line {
  const { sent, failed, ambiguous, waiting, perSecond, longestMs } = commands;
  return line(
    ['strong', ' COMMANDS  '],
    ['plain', `${count(perSecond)}/s, ${count(sent)} sent, `],
    [failed === 0 ? 'good' : 'bad', `${count(failed)} failed`],
    ['plain', ', '],
    [ambiguous === 0 ? 'plain' : 'warn', `${count(ambiguous)} ambiguous`],
    ['plain', ', '],
    [waiting === 0 ? 'plain' : 'warn', `${waiting} waiting`],
    ['dim', `, longest ${latency(longestMs)}`],
  );
}

function failoverLine({ report }: Screen): Line {
  const head: Span = ['strong', ' FAILOVER  '];
  if (report === null) return line(head, ['dim', 'none yet']);
  const { phasesMs, clients, moved, returned } = report;
  const steps = [
    ['votes', phasesMs.detected],
    ['decided', phasesMs.decided],
    ['last moved', phasesMs.appliedLast],
  ] as const;
  const known = steps.filter(([, ms]) => ms !== null);
  return line(
    head,
    [moved === clients ? 'good' : 'warn', `${moved} of ${clients} left, ${returned} back`],
    ['plain', known.length === 0 ? '' : ': fault → '],
    ['plain', known.map(([name, ms]) => `${name} ${latency(ms)}`).join(' → ')],
  );
}
