// The demo without a screen: one line per event, and a report a person can read.

import { demoSettingsTexts } from './alerting.ts';
import type { Happening } from './happening.ts';
import type { Phases, Report, ReportedPage } from './report.ts';
import type { WorldSnapshot } from './snapshot.ts';
import { serverText } from './view/format.ts';

/** `12.3 s  DECIDED …` with the evidence below. */
export function happeningLines(happening: Happening, startedMs: number): readonly string[] {
  const { atMs, what, text, evidence } = happening;
  const at = `${((atMs - startedMs) / 1_000).toFixed(1)} s`.padStart(8);
  const line = `${at}  ${what.padEnd(9)}${text}`;
  return evidence === null ? [line] : [line, `${' '.repeat(19)}${evidence}`];
}

export function openingLines(world: WorldSnapshot): readonly string[] {
  const { clients, regions, servers, bus, where } = world;
  const console = world.console === null ? [] : [`console: ${world.console}`];
  const names = regions.map(({ name }) => name).join(', ');
  return [
    `${clients} clients in ${regions.length} regions (${names}), ${serverText(servers)} each`,
    `event log: ${bus} (${where})`,
    ...console,
    ...demoSettingsTexts,
  ];
}

const phaseNames: Readonly<Record<keyof Phases, string>> = {
  detected: 'first votes',
  decided: 'decided',
  published: 'read from the log',
  appliedP50: 'half of the clients moved',
  appliedP99: '99 in 100 moved',
  appliedLast: 'last client moved',
  lastFailedCommand: 'last failed command',
};

const receiverNames: Readonly<Record<ReportedPage['receiver'], string>> = {
  pagerduty: 'PagerDuty',
  webhook: 'webhook',
};

export function reportLines(report: Report): readonly string[] {
  const { clients, moved, returned, commands, phasesMs } = report;
  return [
    '',
    `${moved} of ${clients} clients moved, ${returned} came back (fault: ${report.fault}, log: ${report.bus})`,
    `${commands.sent} commands sent, ${commands.failed} failed, ${commands.ambiguous} ambiguous`,
    'After the fault, slowest of the outages:',
    ...Object.entries(phaseNames).map(
      ([phase, name]) => `  ${name.padEnd(28)}${milliseconds(phasesMs[phase as keyof Phases])}`,
    ),
    ...mailLines(report),
  ];
}

function mailLines({ pages, changes }: Report): readonly string[] {
  const open = pages.filter(({ resolvedMs }) => resolvedMs === null).length;
  const ended = open === 0 ? 'all resolved' : `${open} still open`;
  return [
    `${pages.length} pages sent, ${ended}; ${changes.length} changes told:`,
    ...pages.map(
      ({ receiver, severity, title, afterFaultMs }) =>
        `  ${receiverNames[receiver].padEnd(11)}${severity.padEnd(10)}after ${milliseconds(afterFaultMs)}: ${title}`,
    ),
  ];
}

function milliseconds(ms: number | null): string {
  return ms === null ? '–' : `${Math.round(ms)} ms`;
}
