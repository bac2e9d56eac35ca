// The demo without a screen: one line per event, and a report a person can read.

import type { Happening } from './happening.ts';
import type { Phases, Report } from './report.ts';
import type { WorldSnapshot } from './snapshot.ts';

/** `+12.3 s  DECIDED …` with the evidence below. */
export function happeningLines(happening: Happening, startedMs: number): readonly string[] {
  const at = `${((happening.atMs - startedMs) / 1_000).toFixed(1)} s`.padStart(8);
  const { text, evidence } = happening;
  return evidence === null
    ? [`${at}  ${text}`]
    : [`${at}  ${text}`, `${' '.repeat(18)}${evidence}`];
}

export function openingLines({
  clients,
  regions,
  servers,
  bus,
  where,
}: WorldSnapshot): readonly string[] {
  const each =
    servers === 'redis-server'
      ? 'a redis-server each'
      : 'a simulated Redis each (no redis-server on PATH)';
  return [
    `${clients} clients in ${regions.length} regions (${regions.map(({ name }) => name).join(', ')}), ${each}`,
    `event log: ${bus} (${where})`,
  ];
}

const phaseNames: Readonly<Record<keyof Phases, string>> = {
  detected: 'detected',
  decided: 'decided',
  published: 'published',
  appliedP50: 'half of the clients moved',
  appliedP99: '99 % moved',
  appliedLast: 'last client moved',
  lastFailedCommand: 'last failed command',
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
  ];
}

function milliseconds(ms: number | null): string {
  return ms === null ? '–' : `${Math.round(ms)} ms`;
}
