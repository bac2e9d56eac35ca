// The scripted outage without a screen: lines as it goes, a report at the end.

import { reportLines } from '../lines.ts';
import type { DemoOptions } from '../options.ts';
import { buildReport, isClean } from '../report.ts';
import { brisk } from '../script.ts';
import { regionNames } from '../settings.ts';
import { play } from './player.ts';
import { whenAborted } from './when-aborted.ts';
import type { World } from './world.ts';

export type Output = {
  /** Data. */
  readonly out: (line: string) => void;
  /** Everything else. */
  readonly note: (line: string) => void;
};

/** Exit code: 0 when everybody moved and returned. */
export async function runHeadless(
  world: World,
  { fault, json }: DemoOptions,
  { out, note }: Output,
  stopping: AbortSignal,
): Promise<0 | 1> {
  const player = play(world, fault, regionNames, brisk);
  whenAborted(stopping, player.stop);
  const { phase } = await player.ended;
  const report = buildReport(world.runLog());
  if (phase.kind === 'gaveUp') note(`The script gave up: ${phase.why}`);
  if (json) out(JSON.stringify(report));
  else for (const line of reportLines(report)) out(line);
  return phase.kind === 'done' && isClean(report) ? 0 : 1;
}
