// The overview's side: incidents that are open, alerts that fire, orders in force with time left.

import type {
  AlertView,
  GroupState,
  IncidentSummary,
  OrderInForce,
} from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { fleet } from '../io/store.ts';
import { countdown, duration } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { groupSituation, type Tone } from '../model/situation.ts';
import { toldReceivers } from '../model/told.ts';
import { EntryMark, ToneMark } from './marks.tsx';
import { Empty } from './text.tsx';

export function IncidentRow({ incident }: { incident: IncidentSummary }): VNode {
  return (
    <li>
      <a class="row" href={pathOf({ kind: 'incident', id: incident.id })}>
        <ToneMark tone={incidentTone(incident)} />
        <span class="row-title">{harmless(incident.title)}</span>
        <span class="row-end">
          {duration((incident.closedMs ?? now.value) - incident.openedMs)}
        </span>
        <span class="row-sub">
          {harmless(incident.group)} · {outcome(incident)}
        </span>
      </a>
    </li>
  );
}

/** Closed is well; an open one is as bad as its group is now, and never nothing. */
export function incidentTone(incident: Omit<IncidentSummary, 'entries'>): Tone {
  if (incident.closedMs !== null) return 'calm';
  const group = fleet.value.groups.find(({ group }) => group === incident.group);
  return group !== undefined && groupSituation(group).tone !== 'bad' ? 'watch' : 'bad';
}

/** How far an incident's cure has come. */
export function outcome(incident: IncidentSummary): string {
  if (incident.convergedAfterMs !== null)
    return `everybody followed after ${duration(incident.convergedAfterMs)}`;
  if (incident.decidedAfterMs !== null)
    return `decided after ${duration(incident.decidedAfterMs)}, clients are moving`;
  return incident.refusals > 0 ? 'nothing decided: see why not' : 'nothing decided yet';
}

/** Tone of an alert: how urgent it is while somebody has to look. */
export function alertTone(alert: AlertView): Tone {
  if (alert.state === 'resolved') return 'calm';
  if (alert.silencedBy.length > 0 || alert.state === 'noData' || alert.severity === 'info') {
    return 'unknown';
  }
  return alert.severity === 'page' && alert.state !== 'pending' ? 'bad' : 'watch';
}

export function AlertRow({ alert }: { alert: AlertView }): VNode {
  return (
    <li>
      <a class="row" href={pathOf({ kind: 'alert', fingerprint: alert.fingerprint })}>
        <ToneMark tone={alertTone(alert)} />
        <span class="row-title">{harmless(alert.summary)}</span>
        <span class="row-end">{duration((alert.endsMs ?? now.value) - alert.startsMs)}</span>
        <span class="row-sub">
          {alert.severity} · {alertCare(alert)}
        </span>
      </a>
    </li>
  );
}

/** Who looks after an alert. */
export function alertCare(alert: AlertView): string {
  if (alert.silencedBy.length > 0) return 'silenced';
  if (alert.ackedBy !== null) return `${harmless(alert.ackedBy)} has it`;
  const told = toldReceivers(alert);
  if (told.length > 0) return `told ${harmless(told.join(', '))}`;
  // Of what is over and was told to nobody, its last words say why: most often it never fired.
  return alert.state === 'resolved' ? harmless(alert.why) : 'nobody was told yet';
}

/** An order in words: `avoid ap-southeast, automation in shadow`. */
export function orderWords(order: OrderInForce): string {
  const hold = order.hold === null ? [] : [`${order.hold.kind} ${harmless(order.hold.region)}`];
  const mode =
    order.automation === 'enforce'
      ? []
      : [`automation ${order.automation === 'off' ? 'off' : 'in shadow'}`];
  return [...hold, ...mode].join(', ') || 'no hold';
}

export function OrderRow({ group, order }: { group: string; order: OrderInForce }): VNode {
  const leftMs = order.expiresMs - now.value;
  return (
    <li>
      <a class="row" href={pathOf({ kind: 'group', group })}>
        <EntryMark mark="person" tone="watch" />
        <span class="row-title">
          {order.scope === 'all' ? 'All groups' : harmless(group)}: {orderWords(order)}
        </span>
        <span class="row-end" title="Time left">
          {countdown(leftMs)} left
        </span>
        <span class="row-sub">
          {harmless(order.author)}: {harmless(order.reason)}
        </span>
      </a>
    </li>
  );
}

/** Orders in force of all groups; one for all groups is listed once. */
export function ordersInForce(
  groups: readonly GroupState[],
): readonly { group: string; order: OrderInForce }[] {
  const all = groups.flatMap((g) => g.orders.map((order) => ({ group: g.group, order })));
  return all.filter(
    (one, i) => one.order.scope === 'group' || all.findIndex((o) => o.order.scope === 'all') === i,
  );
}

/** A card with a list, or what to say when it is empty. */
export function ListCard(props: {
  title: string;
  href?: string;
  empty: string;
  rows: readonly VNode[];
}): VNode {
  return (
    <section class="card" aria-label={props.title}>
      <header>
        <h2>{props.href === undefined ? props.title : <a href={props.href}>{props.title}</a>}</h2>
        {props.rows.length > 0 ? <span class="chip end">{props.rows.length}</span> : null}
      </header>
      {props.rows.length > 0 ? <ul class="list">{props.rows}</ul> : <Empty title={props.empty} />}
    </section>
  );
}
