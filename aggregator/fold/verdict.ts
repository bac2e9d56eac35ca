// What one client says of one region, from its own experience alone. Three rules can say down: no
// usable connection, nothing answered for too long, too many failures. A witness that has seen
// nothing has no opinion, and a first connection that is still being made has seen nothing.

import { connectionStates } from '@regionpilot/protocol';
import { wilsonLow } from '../wilson.ts';
import type { Folder } from './state.ts';

export const verdicts = {
  unknown: 0,
  ok: 1,
  suspect: 2,
  /** This one and above are votes for "down", one per rule. */
  connectivity: 3,
  stall: 4,
  errorRatio: 5,
} as const;

/** An agent's timer may fire a little early; its word still counts, ms. */
const stallSlackMs = 10;

const connecting = connectionStates.indexOf('connecting');
const ready = connectionStates.indexOf('ready');

/** The witness's rings must stand at the watermark. */
export function judgeWitness(folder: Folder, witness: number): number {
  const { columns } = folder.witnesses;
  if (columns.connections[witness] === 0) return verdicts.unknown;
  if (columns.ready[witness] === 0) {
    return hasReasonToComplain(folder, witness) ? verdicts.connectivity : verdicts.unknown;
  }
  const { stallMs } = folder.policy;
  if (stallOf(folder, witness) >= stallMs - stallSlackMs) return verdicts.stall;
  return judgeRatio(folder, witness);
}

function judgeRatio(folder: Folder, witness: number): number {
  const { columns } = folder.witnesses;
  const failed = columns.longFailed[witness] as number;
  const answered = columns.longAnswered[witness] as number;
  if (failed === 0) return answered > 0 ? verdicts.ok : verdicts.unknown;
  const { errorRatioDownLong, errorRatioDownShort, errorRatioSuspect } = folder.policy;
  if (wilsonLow(failed, failed + answered) >= errorRatioDownLong) return verdicts.errorRatio;
  const shortFailed = columns.shortFailed[witness] as number;
  const short = shortFailed + (columns.shortAnswered[witness] as number);
  const isTotal = shortFailed > 0 && shortFailed / short >= errorRatioDownShort;
  if (isTotal && wilsonLow(shortFailed, short) >= errorRatioDownLong) return verdicts.errorRatio;
  if (failed >= 2 && failed / (failed + answered) >= errorRatioSuspect) return verdicts.suspect;
  return answered > 0 ? verdicts.ok : verdicts.unknown;
}

// The level a client reported is what counts, not how long ago it did: a calm agent speaks once a
// second, so letting a small age grow by our clock would turn every silence of the log into a stall
// of the whole fleet. An agent reports at once when its own timer passes `stallMs`.
/** Reported age of the oldest wait on a ready connection that no answer followed, ms; 0 for none. */
export function stallOf(folder: Folder, witness: number): number {
  const w = folder.witnesses.columns;
  if (w.waiting[witness] === 0) return 0;
  const { next, state, stalledMs, lastRowMs } = folder.connections.columns;
  const answeredAfter = w.answeredAfterMs[witness] as number;
  let oldest = 0;
  for (let at = w.firstConnection[witness] as number; at !== 0; at = next[at - 1] as number) {
    const slot = at - 1;
    const age = stalledMs[slot] as number;
    if (state[slot] !== ready || age <= oldest) continue;
    if ((lastRowMs[slot] as number) - age >= answeredAfter) oldest = age;
  }
  return oldest;
}

function hasReasonToComplain(folder: Folder, witness: number): boolean {
  const { next, state, everReady, excused } = folder.connections.columns;
  const { firstConnection } = folder.witnesses.columns;
  for (let at = firstConnection[witness] as number; at !== 0; at = next[at - 1] as number) {
    const spoke = everReady[at - 1] === 1 || state[at - 1] !== connecting;
    if (spoke && excused[at - 1] === 0) return true;
  }
  return false;
}
