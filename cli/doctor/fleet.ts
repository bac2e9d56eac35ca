// Questions about agents: who reports, is what is known of them fresh, do they follow the decision in
// force, and was anything lost on the way.

import { viewOf } from '@regionpilot/aggregator';
import { type Decision, formatDuration, type Partial } from '@regionpilot/protocol';
import { harmless } from '../text.ts';
import { type Finding, failed, ok, type Question, skipped, warning } from './finding.ts';

export const seenQuestion: Question = {
  id: 'agents.seen',
  category: 'agents',
  title: 'agents report from every home',
};

/** @param latest Of each group and events partition, of the last seconds. */
export function seenFinding(latest: readonly Partial[]): Finding {
  const groups = Map.groupBy(latest, ({ group }) => group);
  const hint = 'see the log of an agent that is missing; is its bus address right?';
  const rows = [...groups].map(([group, partials]) => rowOf(group, partials));
  if (rows.every(({ reporting }) => reporting === 0))
    return warning(seenQuestion, 'no agent reports', hint);
  const text = rows
    .map((row) => row.text)
    .map(harmless)
    .join('\n');
  return rows.some(({ gone }) => gone)
    ? warning(seenQuestion, text, hint)
    : ok(seenQuestion, rows.map((row) => row.text).join('; '));
}

function rowOf(group: string, partials: readonly Partial[]) {
  const { reporting, known } = viewOf(partials, 0);
  const homes = new Map<string, number>();
  for (const partial of partials) {
    for (const [home, [now]] of Object.entries(partial.homes))
      homes.set(home, (homes.get(home) ?? 0) + now);
  }
  const byHome = [...homes].map(([home, count]) => `${home} ${count}`).join(', ');
  const gone = [...homes.values()].includes(0) || reporting < known / 2;
  return { reporting, gone, text: `${group}: ${reporting} of ${known} known (${byHome})` };
}

export const freshQuestion: Question = {
  id: 'agents.fresh',
  category: 'agents',
  title: 'what is known of them is fresh and whole',
};

/** @param newestMs Time since the newest partial by the log's clock; null: there is none. */
export function freshFinding(latest: readonly Partial[], newestMs: number | null): Finding {
  const hint = 'regionpilot status    # does the aggregator answer?';
  if (newestMs === null) return failed(freshQuestion, 'nothing was folded lately', hint);
  const age = formatDuration(Math.max(0, newestMs));
  if (newestMs > 3_000) return failed(freshQuestion, `the newest sum is ${age} old`, hint);
  const cold = latest.filter(({ warm }) => !warm).length;
  if (cold === 0) return ok(freshQuestion, `the newest sum is ${age} old`);
  return warning(
    freshQuestion,
    `${cold} sums do not cover a whole window yet`,
    'wait a few seconds',
  );
}

export const followQuestion: Question = {
  id: 'agents.follow',
  category: 'agents',
  title: 'clients follow the decision in force',
};

export function followFinding(
  latest: readonly Partial[],
  decisions: ReadonlyMap<string, Decision>,
): Finding {
  const rows = [...Map.groupBy(latest, ({ group }) => group)].flatMap(([group, partials]) => {
    const decision = decisions.get(group);
    const { reporting, applied } = viewOf(partials, 0);
    if (decision === undefined || reporting === 0) return [];
    const following = applied[`${decision.term}.${decision.epoch}`] ?? 0;
    const behind = [...new Set(partials.flatMap(({ stragglers }) => stragglers))].slice(0, 8);
    return [{ group, following, reporting, behind }];
  });
  if (rows.length === 0) return skipped(followQuestion, 'nobody reports');
  const late = rows.filter(({ following, reporting }) => following < reporting);
  if (late.length === 0) return ok(followQuestion, `${rows.length} groups`);
  const detail = late.map(
    ({ group, following, reporting, behind }) =>
      `${group}: ${following} of ${reporting}; behind: ${behind.join(', ') || 'not named'}`,
  );
  return warning(
    followQuestion,
    detail.map(harmless).join('\n'),
    'regionpilot top    # watch them arrive',
  );
}

export const lostQuestion: Question = {
  id: 'agents.lost',
  category: 'agents',
  title: 'nothing is lost between agents and aggregators',
};

/** Accounts that count what nobody was told of, or what was moved. */
export type Loss = 'gaps' | 'declaredDrops' | 'late' | 'rejected' | 'clamped';

const losses: Readonly<Record<Exclude<Loss, 'clamped'>, string>> = {
  gaps: 'batches missing between sequence numbers',
  declaredDrops: 'events agents dropped themselves',
  late: 'batches too late to count',
  rejected: 'records nobody could read',
};

/** What grew between two looks, summed over events partitions; null where a look is missing. */
export function grown(
  first: readonly Partial[],
  latest: readonly Partial[],
  account: Loss,
): number | null {
  if (latest.length === 0) return null;
  const before = accountsByPartition(first);
  return [...accountsByPartition(latest)].reduce((sum, [partition, { accounts, owner }]) => {
    const was = before.get(partition);
    // Another owner counts from its own start: nothing can be said of the time between.
    if (was === undefined || was.owner !== owner) return sum;
    return sum + Math.max(0, accounts[account] - was.accounts[account]);
  }, 0);
}

export function lostFinding(
  first: readonly Partial[],
  latest: readonly Partial[],
  spanMs: number,
): Finding {
  const rows = Object.entries(losses).map(
    ([account, words]) => [grown(first, latest, account as Loss), words] as const,
  );
  if (rows.every(([count]) => count === null)) return skipped(lostQuestion, 'nobody reports');
  const lost = rows.flatMap(([count, words]) => (count ? [`${count} ${words}`] : []));
  const span = formatDuration(spanMs);
  if (lost.length === 0) return ok(lostQuestion, `in the last ${span}`);
  const detail = `${lost.map(harmless).join('\n')}\nin the last ${span}`;
  return warning(
    lostQuestion,
    detail,
    'regionpilot tap deadletter --from -10m    # and docs/runbooks/events-lost.md',
  );
}

/** Accounts belong to an events partition, whatever the number of groups in it. */
function accountsByPartition(partials: readonly Partial[]): ReadonlyMap<number, Partial> {
  return new Map(partials.map((partial) => [partial.partition, partial]));
}
