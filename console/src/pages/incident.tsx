// One incident from the first bad event to closed: what happened, how long each part took, and all
// its entries.

import type { IncidentDetail, IncidentSummary } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { useResource } from '../io/resource.ts';
import { fleet } from '../io/store.ts';
import { mergedEntries } from '../model/entry.ts';
import { duration, stamp } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { incidentTone } from '../parts/lists.tsx';
import { ToneMark } from '../parts/marks.tsx';
import { ResourceCard } from '../parts/resource-card.tsx';
import { Name, PageHead } from '../parts/text.tsx';
import { Timeline } from '../parts/timeline.tsx';

type Summed = Omit<IncidentSummary, 'entries'>;

export function IncidentPage({ id }: { id: string }): VNode {
  const [resource, retry] = useResource<IncidentDetail>(
    `/api/v1/incidents/${encodeURIComponent(id)}`,
  );
  const live = fleet.value.incidents.find((incident) => incident.id === id);
  const fetched: Summed | undefined = resource.kind === 'there' ? resource.value : undefined;
  const incident: Summed | undefined = live ?? fetched;
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
              value.entries,
              fleet.value.timeline.filter((e) => e.incident === id),
            )}
            empty="This incident has no entries"
          />
        )}
      </ResourceCard>
    </>
  );
}

function Summary({ incident }: { incident: Summed }): VNode {
  const open = incident.closedMs === null;
  return (
    <>
      <PageHead
        title={
          <>
            <ToneMark tone={incidentTone(incident)} /> {harmless(incident.title)}
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
