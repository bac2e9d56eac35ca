// One incident from the first bad event to closed: what happened, how long each part took, and all
// its entries.

import type { IncidentSummary, TimelineEntry } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { useResource } from '../io/resource.ts';
import { fleet } from '../io/store.ts';
import { mergedEntries } from '../model/entry.ts';
import { duration, stamp } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { ToneMark } from '../parts/marks.tsx';
import { ResourceCard } from '../parts/resource-card.tsx';
import { Name, PageHead } from '../parts/text.tsx';
import { Timeline } from '../parts/timeline.tsx';

type Incident = IncidentSummary & {
  readonly entries: number | readonly TimelineEntry[];
  readonly timeline?: readonly TimelineEntry[];
};

export function IncidentPage({ id }: { id: string }): VNode {
  const [resource, retry] = useResource<Incident>(`/api/v1/incidents/${encodeURIComponent(id)}`);
  const live = fleet.value.incidents.find((incident) => incident.id === id);
  const fetched = resource.kind === 'there' ? resource.value : undefined;
  const incident = live ?? fetched;
  return (
    <>
      {incident === undefined ? (
        <PageHead title="Incident" sub={harmless(id)} />
      ) : (
        <Summary incident={incident} />
      )}
      <ResourceCard
        label="What happened"
        head={<h2>What happened</h2>}
        resource={resource}
        retry={retry}
      >
        {(value) => (
          <Timeline
            entries={mergedEntries(
              entriesOf(value),
              fleet.value.timeline.filter((e) => e.incident === id),
            )}
            empty="This incident has no entries"
          />
        )}
      </ResourceCard>
    </>
  );
}

function entriesOf(incident: Incident): readonly TimelineEntry[] {
  return Array.isArray(incident.entries) ? incident.entries : (incident.timeline ?? []);
}

function Summary({ incident }: { incident: IncidentSummary }): VNode {
  const open = incident.closedMs === null;
  return (
    <>
      <PageHead
        title={
          <>
            <ToneMark tone={open ? 'bad' : 'calm'} /> {harmless(incident.title)}
          </>
        }
        sub={
          <>
            <a class="link" href={pathOf({ kind: 'group', group: incident.group })}>
              <Name of={incident.group} />
            </a>{' '}
            · {incident.regions.map(harmless).join(', ')} · since {stamp(incident.openedMs)}
          </>
        }
        actions={
          <a
            class="button"
            href={pathOf({ kind: 'moment', group: incident.group, atMs: incident.openedMs })}
          >
            Play it again
          </a>
        }
      />
      <dl class="tiles">
        <Tile
          name={open ? 'Open for' : 'Lasted'}
          value={duration((incident.closedMs ?? now.value) - incident.openedMs)}
        />
        <Tile
          name="Decided after"
          value={
            incident.decidedAfterMs === null ? 'not decided' : duration(incident.decidedAfterMs)
          }
        />
        <Tile
          name="Everybody followed after"
          value={
            incident.convergedAfterMs === null ? 'not yet' : duration(incident.convergedAfterMs)
          }
        />
        <Tile name="Decisions, refusals" value={`${incident.decisions}, ${incident.refusals}`} />
      </dl>
    </>
  );
}

/** A figure with its name. */
export function Tile({ name, value, note }: { name: string; value: string; note?: string }): VNode {
  return (
    <div class="card tile">
      <dt>{name}</dt>
      <dd>{value}</dd>
      {note === undefined ? null : <dd>{note}</dd>}
    </div>
  );
}
