// The overview: one sentence that answers the three questions, then groups × regions, then what
// needs a person.

import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { fleet } from '../io/store.ts';
import { liveAlerts, openIncidents } from '../model/fleet.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { type Answer, type GroupSituation, situation } from '../model/situation.ts';
import { DemoPanel } from '../parts/demo-panel.tsx';
import { GroupPanel } from '../parts/group-panel.tsx';
import { AlertRow, IncidentRow, ListCard, OrderRow, ordersInForce } from '../parts/lists.tsx';
import { ToneMark } from '../parts/marks.tsx';
import { Empty, Skeleton } from '../parts/text.tsx';
import { Timeline } from '../parts/timeline.tsx';

export function OverviewPage(): VNode {
  const { known, groups, timeline } = fleet.value;
  if (!known) return <Skeleton lines={8} label="Waiting for the first snapshot" />;
  return (
    <>
      <Headline />
      <div class="split">
        <div class="stack split-main">
          {groups.length === 0 ? (
            <section class="card">
              <Empty title="No group yet">A group appears here when the first agent reports.</Empty>
            </section>
          ) : (
            groups.map((group) => <GroupPanel key={group.group} group={group} />)
          )}
        </div>
        <Side />
        <section class="card split-rest" aria-label="Latest events">
          <header>
            <h2>Latest</h2>
          </header>
          <Timeline entries={timeline.slice(0, 8)} withGroup />
        </section>
      </div>
    </>
  );
}

function Side(): VNode {
  const { groups, demo } = fleet.value;
  // What only informs (alerting saying that it lives) is on its own page.
  const alerts = liveAlerts(fleet.value).filter(({ severity }) => severity !== 'info');
  return (
    <aside class="stack split-side" aria-label="What needs a person">
      {demo === null ? null : <DemoPanel demo={demo} />}
      <ListCard
        title="Open incidents"
        empty="No incident is open"
        rows={openIncidents(fleet.value).map((i) => <IncidentRow key={i.id} incident={i} />)}
      />
      <ListCard
        title="Alerts"
        href={pathOf({ kind: 'alerts' })}
        empty="Nothing fires"
        rows={alerts.slice(0, 6).map((a) => <AlertRow key={a.fingerprint} alert={a} />)}
      />
      <ListCard
        title="Orders in force"
        empty="Nobody holds anything"
        rows={ordersInForce(groups).map(({ group, order }) => (
          <OrderRow key={`${group}${order.atMs}`} group={group} order={order} />
        ))}
      />
    </aside>
  );
}

function Headline(): VNode {
  const is = situation(fleet.value.groups, now.value);
  return (
    <section class="answer" data-tone={is.tone} aria-label="The situation">
      <div class="answer-line">
        <ToneMark tone={is.tone} large />
        <h1>{harmless(is.headline)}</h1>
      </div>
      {is.worst === null ? null : <Three of={is.worst} />}
    </section>
  );
}

/** Broken, decided, worked: the three answers side by side. */
export function Three({ of }: { of: GroupSituation }): VNode {
  return (
    <dl class="three">
      <One question="What is broken" answer={of.broken} />
      <One question="What was decided" answer={of.decided} />
      <One question="Did it work" answer={of.worked} />
    </dl>
  );
}

function One({ question, answer }: { question: string; answer: Answer }): VNode {
  return (
    <div>
      <dt>
        <ToneMark tone={answer.tone} />
        {question}
      </dt>
      <dd>{harmless(answer.text)}</dd>
    </div>
  );
}
