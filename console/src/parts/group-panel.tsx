// One group on the overview: who decided what, and its regions side by side.

import type { GroupState, RegionState } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { ago, count, duration, latency, ratio } from '../model/format.ts';
import { dataAgeMs, staleDataMs } from '../model/freshness.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { groupSituation } from '../model/situation.ts';
import { ratioTone, Share, Spark } from './figures.tsx';
import { HealthWord, ToneMark } from './marks.tsx';
import { Name } from './text.tsx';

export function GroupPanel({ group }: { group: GroupState }): VNode {
  return (
    <section class="card" aria-label={`Group ${harmless(group.group)}`}>
      <header class="group-head">
        <ToneMark tone={groupSituation(group).tone} />
        <h2>
          <a href={pathOf({ kind: 'group', group: group.group })}>
            <Name of={group.group} />
          </a>
        </h2>
        {group.automation === 'enforce' ? null : (
          <span class="chip tone-watch">
            {group.automation === 'off' ? 'Automation off' : 'Shadow'}
          </span>
        )}
        <GroupMeta group={group} />
      </header>
      <p class="said">{decidedSentence(group, now.value)}</p>
      <RegionsTable group={group} />
    </section>
  );
}

/** Who decided what, and when, in one sentence. */
function decidedSentence(group: GroupState, nowMs: number): string {
  return `${harmless(group.text)} — ${harmless(group.owner)}, ${ago(group.decidedMs, nowMs)}`;
}

/** Convergence, age of the data, version. */
export function GroupMeta({ group }: { group: GroupState }): VNode {
  const age = dataAgeMs(group, now.value);
  const behind = group.clients.reporting - group.convergence.applied;
  return (
    <div class="meta">
      <span>{following(group, behind)}</span>
      <span class={age === null || age > staleDataMs ? 'tone-bad' : ''}>
        data <b>{age === null ? 'none yet' : age < 1_000 ? '<1 s old' : `${duration(age)} old`}</b>
      </span>
      <span class="low">
        version{' '}
        <b>
          {group.term}.{group.epoch}
        </b>
      </span>
    </div>
  );
}

function following(group: GroupState, behind: number): VNode {
  if (group.convergence.share === null) return <b>nobody reports</b>;
  if (behind <= 0) return <>all {count(group.clients.reporting)} follow</>;
  return (
    <span class="tone-watch">
      {count(behind)} of {count(group.clients.reporting)} behind
    </span>
  );
}

function RegionsTable({ group }: { group: GroupState }): VNode {
  return (
    <div class="table-wrap">
      <table class="regions-table">
        <thead>
          <tr>
            <th class="c-region" scope="col">
              Region
            </th>
            <th class="c-health" scope="col">
              Health
            </th>
            <th class="c-admit" scope="col">
              Admits
            </th>
            <th class="c-error" scope="col">
              Errors
            </th>
            <th class="num low" scope="col">
              Ops/s
            </th>
            <th class="num low" scope="col">
              p99
            </th>
          </tr>
        </thead>
        <tbody>
          {group.regions.map((region) => (
            <RegionRow key={region.region} region={region} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RegionRow({ region }: { region: RegionState }): VNode {
  return (
    <tr>
      <th scope="row">
        <Name of={region.region} />
      </th>
      <td>
        <HealthWord health={region.health} />
      </td>
      <td>
        <Share admit={region.admit} />
      </td>
      <td>
        <div class="error-cell">
          <Spark
            values={region.history.errorRatio}
            atLeast={0.05}
            tone={ratioTone(
              region.errorRatio ?? Math.max(0, ...region.history.errorRatio.map((r) => r ?? 0)),
            )}
            label={`Error ratio of the last minute, now ${ratio(region.errorRatio)}`}
          />
          <span
            class={(region.errorRatio ?? 0) >= 0.01 ? `tone-${ratioTone(region.errorRatio)}` : ''}
          >
            {ratio(region.errorRatio)}
          </span>
        </div>
      </td>
      <td class="num low">{count(region.opsPerSecond)}</td>
      <td class="num low">{latency(region.p99Ms)}</td>
    </tr>
  );
}
