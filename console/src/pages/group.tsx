// One group: what is wrong, what was decided, how far clients are, each region live, and everything
// that happened, to be played again.

import type { GroupState, Page, TimelineEntry } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../io/clock.ts';
import { goTo } from '../io/place.ts';
import { useResource } from '../io/resource.ts';
import { fleet, session } from '../io/store.ts';
import { mergedEntries } from '../model/entry.ts';
import { type EntryFilter, entryFilters, filtered } from '../model/entry-line.ts';
import { countdown, titled } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { whyNot } from '../model/orders.ts';
import { pathOf } from '../model/route.ts';
import { spanOf } from '../model/scrub.ts';
import { groupSituation } from '../model/situation.ts';
import { GroupMeta } from '../parts/group-panel.tsx';
import { orderWords } from '../parts/lists.tsx';
import { EntryMark, ToneMark } from '../parts/marks.tsx';
import { MatrixCard } from '../parts/matrix.tsx';
import { OrderDialog, type OrderIntent } from '../parts/order-dialog.tsx';
import { Progress } from '../parts/progress.tsx';
import { RegionCard } from '../parts/region-card.tsx';
import { ReleaseDialog } from '../parts/release-dialog.tsx';
import { Scrubber } from '../parts/scrubber.tsx';
import { GuardedButton, Name, PageHead, Problem, Skeleton } from '../parts/text.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Three } from './overview.tsx';

export function GroupPage(props: {
  group: string;
  atMs: number | null;
  entry: string | null;
}): VNode {
  const group = fleet.value.groups.find((g) => g.group === props.group);
  if (!fleet.value.known) return <Skeleton lines={8} />;
  if (group === undefined) {
    const nobody = (
      <>
        Nobody reports for a group named <Name of={props.group} mono />.
      </>
    );
    return <PageHead title="No such group" sub={nobody} />;
  }
  const incident = fleet.value.incidents.find((i) => i.id === group.incident) ?? null;
  return (
    <>
      <Head group={group} />
      <Orders group={group} />
      <section class="answer" data-tone={groupSituation(group).tone} aria-label="The situation">
        <Three of={groupSituation(group)} />
      </section>
      <Progress group={group} incident={incident} />
      <div class="region-cards">
        {group.regions.map((region) => (
          <RegionCard key={region.region} region={region} />
        ))}
      </div>
      <History {...props} />
      <MatrixCard group={group.group} />
    </>
  );
}

function Head({ group }: { group: GroupState }): VNode {
  const [intent, setIntent] = useState<OrderIntent | null>(null);
  const barred = whyNot(session.value, 'failover');
  const name = group.group;
  return (
    <>
      <PageHead
        title={
          <>
            <ToneMark tone={groupSituation(group).tone} /> <Name of={name} />
          </>
        }
        sub={<GroupMeta group={group} />}
        actions={
          <>
            <a
              class="button bare"
              href={pathOf({
                kind: 'clients',
                query: new URLSearchParams({ group: name }).toString(),
              })}
            >
              Clients
            </a>
            <a class="button bare" href={pathOf({ kind: 'policy', group: name })}>
              Policy
            </a>
            <GuardedButton
              label="Automation…"
              whyNot={barred}
              onPress={() => setIntent('automation')}
            />
            <GuardedButton label="Hold…" whyNot={barred} onPress={() => setIntent('hold')} />
          </>
        }
      />
      {intent === null ? null : (
        <OrderDialog group={group} intent={intent} onClose={() => setIntent(null)} />
      )}
    </>
  );
}

function Orders({ group }: { group: GroupState }): VNode | null {
  const [ending, setEnding] = useState(false);
  if (group.orders.length === 0) return null;
  return (
    <section class="card notice" aria-label="Orders in force">
      {group.orders.map((order) => (
        <div class="row" key={`${order.scope}${order.atMs}`}>
          <EntryMark mark="person" tone="watch" />
          <span class="row-title">
            {harmless(order.author)} ordered {order.scope === 'all' ? 'for all groups' : 'here'}:{' '}
            {orderWords(order)}
          </span>
          <span class="actions">
            <span class="row-end">{countdown(order.expiresMs - now.value)} left</span>
            {order.scope === 'group' ? (
              <GuardedButton
                label="Release…"
                tight
                whyNot={whyNot(session.value, 'failover')}
                onPress={() => setEnding(true)}
              />
            ) : null}
          </span>
          <span class="row-sub">{harmless(order.reason)}</span>
        </div>
      ))}
      {ending ? <ReleaseDialog group={group} onClose={() => setEnding(false)} /> : null}
    </section>
  );
}

/** Around the moment of a link five minutes are shown; otherwise the newest entries. */
const aroundMs = 300_000;

function History(props: { group: string; atMs: number | null; entry: string | null }): VNode {
  const [filter, setFilter] = useState<EntryFilter>('all');
  const [at, setAt] = useState(props.atMs);
  const [linked, setLinked] = useState(props.atMs);
  const [range] = useState(
    props.atMs === null ? '' : `&from=${props.atMs - aroundMs}&to=${props.atMs + aroundMs}`,
  );
  if (props.atMs !== linked) {
    setLinked(props.atMs);
    setAt(props.atMs);
  }
  const [resource, retry] = useResource<Page<TimelineEntry>>(
    `/api/v1/groups/${encodeURIComponent(props.group)}/timeline?limit=200${range}`,
  );
  const [linkedEntry] = useResource<TimelineEntry>(
    props.entry === null
      ? null
      : `/api/v1/groups/${encodeURIComponent(props.group)}/timeline/${encodeURIComponent(props.entry)}`,
  );
  const live =
    range === '' ? fleet.value.timeline.filter((entry) => entry.group === props.group) : [];
  const read = resource.kind === 'there' ? resource.value.items : [];
  const asked = linkedEntry.kind === 'there' ? [linkedEntry.value] : [];
  const entries = mergedEntries([...read, ...asked], live);
  const move = (to: number | null, settled: boolean): void => {
    setAt(to);
    if (!settled) return;
    setLinked(to === null ? null : Math.round(to));
    goTo(
      to === null
        ? { kind: 'group', group: props.group }
        : { kind: 'moment', group: props.group, atMs: to },
      'replace',
    );
  };
  return (
    <section class="card" aria-label="Timeline">
      <header>
        <h2>Timeline</h2>
        <span class="end actions">
          {entryFilters.map((name) => (
            <button
              key={name}
              type="button"
              class="button bare tight"
              aria-pressed={filter === name}
              onClick={() => setFilter(name)}
            >
              {titled(name)}
            </button>
          ))}
        </span>
      </header>
      {entries.length > 0 ? (
        <Scrubber
          group={props.group}
          entries={entries}
          span={spanOf(entries, now.peek())}
          atMs={at}
          onMove={move}
        />
      ) : null}
      {resource.kind === 'loading' && entries.length === 0 ? <Skeleton /> : null}
      {resource.kind === 'refused' ? (
        <div class="card-body">
          <Problem problem={resource.problem} retry={retry} />
        </div>
      ) : null}
      {resource.kind === 'loading' && entries.length === 0 ? null : (
        <Timeline
          key={`${filter}${resource.kind}`}
          entries={filtered(entries, filter)}
          open={props.entry}
          atMs={at}
        />
      )}
    </section>
  );
}
