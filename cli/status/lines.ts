// The status report for a person: what is wrong first in each line, numbers with their units.

import { formatDuration, fullShare } from '@regionpilot/protocol';
import { harmless, isoTime, type Paint, table } from '../text.ts';
import type { GroupStatus, OrderStatus, RegionStatus, StatusReport } from './report.ts';

export function statusLines(report: StatusReport, paint: Paint): readonly string[] {
  return [
    ...aggregatorLines(report, paint),
    ...alertsLines(report, paint),
    ...(report.groups.length === 0
      ? ['', 'no group was ever decided: start agents and an aggregator']
      : report.groups.flatMap((group) => ['', ...groupLines(group, report.atMs, paint)])),
  ];
}

function aggregatorLines(
  { aggregators, lag, atMs }: StatusReport,
  paint: Paint,
): readonly string[] {
  const head = `${isoTime(atMs)}  events lag ${lag.events ?? 'unknown'}`;
  if (aggregators.length === 0) return [head, paint('bad', 'no aggregator has ever answered')];
  const beats = aggregators.map(({ partition, owner, ageMs, stale }) =>
    stale
      ? paint(
          'bad',
          `aggregator ${owner} (partition ${partition}) SILENT for ${formatDuration(ageMs)}`,
        )
      : `aggregator ${owner} (partition ${partition}) answered ${formatDuration(ageMs)} ago`,
  );
  return [head, ...beats];
}

function alertsLines({ alerts }: StatusReport, paint: Paint): readonly string[] {
  if (alerts === null) return [];
  const { pages, tickets, troubledReceivers } = alerts;
  const troubled = troubledReceivers.map(harmless).join(', ');
  return [
    paint(
      pages > 0 ? 'bad' : tickets > 0 ? 'warn' : 'dim',
      `alerts firing: ${pages} to page, ${tickets} tickets`,
    ),
    ...(troubled === '' ? [] : [paint('bad', `ALERTS DO NOT GET THROUGH to ${troubled}`)]),
  ];
}

function groupLines(group: GroupStatus, nowMs: number, paint: Paint): readonly string[] {
  const { term, epoch, owner, reason, text, decidedMs } = group;
  return [
    `${paint('strong', group.group)}  epoch ${epoch}, term ${term}, decided by ${owner} ${formatDuration(Math.max(0, nowMs - decidedMs))} ago`,
    `  ${reason}: ${harmless(text)}`,
    ...warnings(group).map((warning) => paint('bad', `  ${warning}`)),
    ...table(
      ['REGION', 'HEALTH', 'NOW', 'ADMITS', 'CONNECTED', 'EXCEPT HOMES'],
      group.regions.map((region) => regionRow(region, paint)),
    ).map((line) => `  ${line}`),
    `  clients ${clientsText(group)}`,
    ...group.orders.map((order) => paint('warn', `  ${orderText(order)}`)),
  ];
}

function warnings({ noSafeTarget, tilt, heartbeat }: GroupStatus): readonly string[] {
  return [
    ...(noSafeTarget ? ['NO SAFE TARGET: clients stay where they are'] : []),
    ...(tilt === null ? [] : [`TILT: watching without acting (${harmless(tilt)})`]),
    ...(heartbeat === null ? ['nobody answers for this group now'] : []),
    ...(heartbeat?.stale === true
      ? ['the aggregator of this group is silent: decisions stand still']
      : []),
  ];
}

function regionRow(region: RegionStatus, paint: Paint): readonly string[] {
  const tone = { healthy: 'good', suspect: 'warn', down: 'bad', unknown: 'dim' } as const;
  const homes = Object.entries(region.homes).map(([home, share]) => `${home} ${percent(share)}`);
  return [
    region.region,
    paint(tone[region.health], region.health),
    region.now ?? '-',
    percent(region.admit),
    String(region.connected),
    homes.length === 0 ? '-' : homes.join(', '),
  ];
}

function clientsText({ clients, convergence, stragglers }: GroupStatus): string {
  if (convergence.share === null) return `none reporting, ${clients.known} known`;
  const share = `${(Math.floor(convergence.share * 1_000) / 10).toFixed(1)} % follow this epoch`;
  const late = stragglers.length === 0 ? '' : `, behind: ${stragglers.join(', ')}`;
  return `${clients.reporting} reporting of ${clients.known} known, ${share}${late}`;
}

/** `hold use east by dana, 29m 10s left: upgrade`. */
export function orderText(order: Omit<OrderStatus, 'expiresMs'>): string {
  const { scope, hold, automation, overrideRules, author, reason, leftMs } = order;
  const parts = [
    hold === null ? null : `hold ${hold.kind} ${hold.region}`,
    automation === 'enforce' ? null : `automation ${automation}`,
    overrideRules.length === 0 ? null : `may pass ${overrideRules.join(', ')}`,
  ].filter((part) => part !== null);
  const where = scope === 'all' ? ' (all groups)' : '';
  const what = parts.length === 0 ? 'nothing ordered' : parts.join(', ');
  return `${what}${where} by ${harmless(author)}, ${formatDuration(leftMs)} left: ${harmless(reason)}`;
}

function percent(share: number): string {
  return `${(share * 100) / fullShare} %`;
}
