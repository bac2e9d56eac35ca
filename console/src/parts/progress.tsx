// From the first failure to the last client: what a decision has achieved so far, and who is behind.

import type { GroupState, IncidentSummary } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { ago, clock, duration } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { ClientTags } from './evidence.tsx';
import { Bar } from './figures.tsx';

export function Progress({
  group,
  incident,
}: {
  group: GroupState;
  incident: IncidentSummary | null;
}): VNode {
  const { applied, share } = group.convergence;
  const { reporting } = group.clients;
  const behind = reporting - applied;
  return (
    <section class="card" aria-label="Decision and convergence">
      <header>
        <h2>
          Decision {group.term}.{group.epoch}
        </h2>
        <span class="chip">{harmless(group.reason)}</span>
        <span class="end tiny quiet">
          {harmless(group.owner)}, {ago(group.decidedMs, now.value)}
        </span>
      </header>
      <div class="progress">
        <p>{harmless(group.text)}</p>
        {incident === null ? null : <Stages incident={incident} behind={behind} />}
        <div class="meter-line">
          <Bar value={share ?? 0} tone={behind > 0 ? 'watch' : 'calm'} wide thick />
          <span class="nowrap">
            {applied.toLocaleString('en')} of {reporting.toLocaleString('en')} clients follow
          </span>
        </div>
        {group.stragglers.length === 0 ? null : (
          <div class="stragglers">
            <a
              class="link small"
              href={pathOf({
                kind: 'clients',
                query: new URLSearchParams({ group: group.group, straggler: 'true' }).toString(),
              })}
            >
              {behind} behind
            </a>
            <ClientTags names={group.stragglers} group={group.group} />
          </div>
        )}
      </div>
    </section>
  );
}

function Stages({ incident, behind }: { incident: IncidentSummary; behind: number }): VNode {
  const { decidedAfterMs, convergedAfterMs } = incident;
  const undecided = incident.refusals > 0 ? 'refused, see why not' : 'not yet';
  return (
    <dl class="stages">
      <Stage name="First failure" value={clock(incident.openedMs, true)} state="done" />
      <Stage
        name="Decided"
        value={decidedAfterMs === null ? undecided : `after ${duration(decidedAfterMs)}`}
        state={decidedAfterMs === null ? 'doing' : 'done'}
      />
      <Stage
        name="Clients follow"
        value={
          convergedAfterMs === null ? `${behind} behind` : `after ${duration(convergedAfterMs)}`
        }
        state={convergedAfterMs === null ? (decidedAfterMs === null ? 'open' : 'doing') : 'done'}
      />
      <Stage
        name="Incident"
        value={
          incident.closedMs === null
            ? `open for ${duration(now.value - incident.openedMs)}`
            : `closed after ${duration(incident.closedMs - incident.openedMs)}`
        }
        state={incident.closedMs === null ? 'doing' : 'done'}
      />
    </dl>
  );
}

function Stage({
  name,
  value,
  state,
}: {
  name: string;
  value: string;
  state: 'done' | 'doing' | 'open';
}): VNode {
  return (
    <div class={`stage ${state}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
