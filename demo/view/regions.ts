// The table of regions: health, share, clients, errors, latency and fault of each.

import { faultWords } from '../fault.ts';
import type { RegionSnapshot, WorldSnapshot } from '../snapshot.ts';
import { bar, latency, ratio, share } from './format.ts';
import { type Line, line, type Tone } from './lines.ts';

/** Everything but the bar. */
const otherColumns = 80;
const barMost = 30;

const healthTones: Readonly<Record<RegionSnapshot['health'], Tone>> = {
  healthy: 'good',
  suspect: 'warn',
  down: 'bad',
  unknown: 'dim',
};

/** One row per region, the chosen one marked. */
export function regionLines(
  { regions, clients }: WorldSnapshot,
  chosen: number,
  columns: number,
): readonly Line[] {
  const cells = Math.min(barMost, Math.max(0, columns - otherColumns));
  const head = [
    '   REGION     HEALTH     ADMITS  CLIENTS'.padEnd(40 + cells),
    'ERRORS     P50      P99  FAULT',
  ];
  return [
    line(['dim', head.join(' ')]),
    ...regions.map((region, i) =>
      regionLine(region, i, bar(region.users, clients, cells), i === chosen),
    ),
  ];
}

function regionLine(region: RegionSnapshot, i: number, users: string, chosen: boolean): Line {
  const { name, health, admitted, fault, failed, answered } = region;
  return line(
    [chosen ? 'strong' : 'dim', `${chosen ? '▸' : ' '}${i + 1} `],
    [chosen ? 'strong' : 'plain', name.padEnd(10)],
    [healthTones[health], ` ● ${health.padEnd(8)}`],
    [admitted === 10_000 ? 'plain' : 'warn', share(admitted).padStart(7)],
    ['strong', `  ${String(region.users).padStart(4)}`],
    [healthTones[health], ` ${users}`],
    [failed === 0 ? 'plain' : 'bad', ratio(failed, answered).padStart(9)],
    ['plain', latency(region.p50Ms).padStart(9)],
    ['plain', latency(region.p99Ms).padStart(9)],
    fault === null ? ['dim', '  –'] : ['bad', `  ${faultWords[fault]}`],
  );
}
