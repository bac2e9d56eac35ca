// Questions about time. Decisions are ordered by epochs and never by clocks, yet ages, silences and
// windows are read off them, so a clock that is seconds wrong misleads people and pauses automation.

import type { SeenHeartbeat } from '@regionpilot/api/model';
import { formatDuration } from '@regionpilot/protocol';
import { harmless } from '../text.ts';
import { type Finding, failed, ok, type Question, skipped, warning } from './finding.ts';

export const ownClockQuestion: Question = {
  id: 'clocks.ours',
  category: 'clocks',
  title: "this machine's clock agrees with the log's",
};

/** A fresh record is seen a moment after it was stamped; more than this is a wrong clock. */
const suspiciousMs = 500;
const wrongMs = 2_000;
const ntpHint = 'chronyc tracking    # or: timedatectl timesync-status';

/** @param aheadMs Our time at arrival minus the log's stamp, the smallest seen; null: nothing came. */
export function ownClockFinding(aheadMs: number | null): Finding {
  if (aheadMs === null)
    return skipped(ownClockQuestion, 'nothing was written meanwhile to compare with');
  return skewFinding(ownClockQuestion, [['this machine', aheadMs]]);
}

export const aggregatorClockQuestion: Question = {
  id: 'clocks.aggregators',
  category: 'clocks',
  title: "the aggregators' clocks agree with the log's",
};

/** A heartbeat carries its sender's time beside the log's stamp. */
export function aggregatorClockFinding(beats: readonly SeenHeartbeat[]): Finding {
  if (beats.length === 0) return skipped(aggregatorClockQuestion, 'no heartbeat to compare with');
  const skews = beats.map(
    ({ heartbeat, appendedMs }) => [heartbeat.owner, heartbeat.atMs - appendedMs] as const,
  );
  return skewFinding(aggregatorClockQuestion, skews);
}

export const agentClockQuestion: Question = {
  id: 'clocks.agents',
  category: 'clocks',
  title: "agents' clocks are within what the log allows",
};

/** @param clamped Stamps moved to the nearest bound while we looked; null: nobody reports. */
export function agentClockFinding(clamped: number | null, spanMs: number): Finding {
  if (clamped === null) return skipped(agentClockQuestion, 'no agent reports');
  const span = formatDuration(spanMs);
  if (clamped === 0) return ok(agentClockQuestion, `no stamp had to be moved in ${span}`);
  const detail = `${clamped} stamps were moved to the nearest bound in ${span}`;
  return warning(
    agentClockQuestion,
    detail,
    'regionpilot tap events --json    # whose atMs is off?',
  );
}

function skewFinding(
  question: Question,
  skews: readonly (readonly [who: string, aheadMs: number])[],
): Finding {
  const worst = Math.max(...skews.map(([, aheadMs]) => Math.abs(aheadMs)));
  const text = skews
    .map(([who, aheadMs]) => skewText(who, aheadMs))
    .map(harmless)
    .join('\n');
  if (worst >= wrongMs) return failed(question, text, ntpHint);
  if (worst >= suspiciousMs) return warning(question, text, ntpHint);
  return ok(question, `at most ${formatDuration(worst)} apart`);
}

function skewText(who: string, aheadMs: number): string {
  const far = formatDuration(Math.abs(aheadMs));
  return `${who} is ${far} ${aheadMs < 0 ? 'behind' : 'ahead of'} the log`;
}
