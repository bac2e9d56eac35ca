/** `regionpilot top`: looks again and again; on a terminal it listens to keys meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@regionpilot/bus';
import { type Partial, topicFullName } from '@regionpilot/protocol';
import type { TopRequest } from '../commands/top.ts';
import type { Settings } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type TopFrame, topFrame } from '../top/frame.ts';
import { firstView, frameLines, keysIn, press, screenLines, type View } from '../top/screen.ts';
import { loadSettings } from './files.ts';
import { withBus } from './open-bus.ts';
import { outJson, outLines, paintFor, type Session } from './session.ts';
import { readPartials, readStatus } from './status.ts';

/** A partial older than this no longer speaks of now. */
const presentMs = 3_000;

export async function runTop(session: Session, request: TopRequest): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  const view: View = { ...firstView, sort: request.sort, group: request.group ?? null };
  return withBus(settings.bus, async (bus) => {
    const look = lookAgain(bus, settings);
    const live = session.outIsTerminal && request.json !== true && request.once !== true;
    await (live ? runLive(session, request, view, look) : runPlain(session, request, view, look));
    return exitCodes.ok;
  });
}

type Look = () => Promise<TopFrame>;

function lookAgain(bus: Bus, settings: Settings): Look {
  const topic = topicFullName(settings.topics.prefix, 'partials');
  let before: readonly Partial[] | null = null;
  return async () => {
    before ??= await earlier(bus, topic);
    const now = await readPartials(bus, topic, Date.now() - presentMs);
    const report = await readStatus(bus, settings);
    const frame = topFrame(report, before, now, settings.aggregator.policy.longWindowMs);
    before = now;
    return frame;
  };
}

/** What to compare the first look with: a moment before it. */
async function earlier(bus: Bus, topic: string): Promise<readonly Partial[]> {
  const partials = await readPartials(bus, topic, Date.now() - presentMs);
  if (partials.length > 0) await sleep(firstSpanMs);
  return partials;
}

const firstSpanMs = 500;

async function runPlain(
  session: Session,
  request: TopRequest,
  view: View,
  look: Look,
): Promise<void> {
  let isFirst = true;
  do {
    const frame = await look();
    if (request.json === true) outJson(session, chosen(frame, view));
    else {
      if (!isFirst) session.out('\n');
      outLines(session, frameLines(frame, view, paintFor(session)));
    }
    isFirst = false;
  } while (request.once !== true && (await pause(request.every, session.stopping)));
}

function chosen(frame: TopFrame, { group }: View): TopFrame {
  if (group === null) return frame;
  return { ...frame, rows: frame.rows.filter((row) => row.group === group) };
}

async function runLive(
  session: Session,
  request: TopRequest,
  first: View,
  look: Look,
): Promise<void> {
  let view = first;
  let frame = await look();
  const leave = new AbortController();
  const stopping = AbortSignal.any([session.stopping, leave.signal]);
  const draw = (): void => {
    const lines = screenLines(frame, view, paintFor(session), session.size?.()?.rows ?? usualRows);
    session.out(`${home}${lines.map((line) => `${line}${toLineEnd}`).join('\n')}${toScreenEnd}`);
  };
  const stopListening = session.onKey?.((typed) => {
    const groups = [...new Set(frame.rows.map(({ group }) => group))].sort();
    view = keysIn(typed).reduce((before, key) => press(before, key, groups), view);
    if (view.leaving) leave.abort();
    else draw();
  });
  session.out(enterScreen);
  try {
    do {
      if (!view.paused) frame = await look();
      if (!stopping.aborted) draw();
    } while (await pause(request.every, stopping));
  } finally {
    stopListening?.();
    session.out(leaveScreen);
  }
}

const usualRows = 24;
/**
 * A screen of its own, so that what was there before is there again afterwards; lines too long for it
 * are cut off, not wrapped.
 */
const enterScreen = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const leaveScreen = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const toLineEnd = '\u001b[K';
const toScreenEnd = '\u001b[J';

/** False when the user wants out. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
