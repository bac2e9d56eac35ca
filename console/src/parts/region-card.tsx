// One region of a group: how it is, what it admits, its figures and its last minute.

import type { RegionState } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { admitted, count, duration, latency, ratio } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { Chart } from './chart.tsx';
import { Bar } from './figures.tsx';
import { HealthWord } from './marks.tsx';
import { Name } from './text.tsx';

export function RegionCard({ region }: { region: RegionState }): VNode {
  return (
    <section class="card region-card" aria-label={`Region ${harmless(region.region)}`}>
      <header>
        <h2>
          <Name of={region.region} />
        </h2>
        <HealthWord health={region.health} />
        <span class="end tiny quiet nowrap">
          {region.sinceMs === null ? '' : `for ${duration(now.value - region.sinceMs)}`}
        </span>
      </header>
      <dl class="figures">
        <Figure name="Admits" value={admitted(region.admit)} />
        <Figure name="Ops/s" value={count(region.opsPerSecond)} />
        <Figure name="p50" value={latency(region.p50Ms)} />
        <Figure name="p99" value={latency(region.p99Ms)} />
      </dl>
      <Votes region={region} />
      <Chart
        title="Error ratio, last minute"
        atMs={region.history.atMs}
        values={region.history.errorRatio}
        line={errorLine(region)}
        atLeast={0.05}
        format={ratio}
        tick={(value) => `${Number((value * 100).toFixed(1))} %`}
      />
      <Chart
        title="Operations per second"
        atMs={region.history.atMs}
        values={region.history.opsPerSecond}
        line="--accent"
        atLeast={1}
        format={(value) => (value === null ? '–' : count(value))}
        tick={count}
      />
    </section>
  );
}

/** Red only if there is something to be red about: noise near zero is not an outage. */
function errorLine(region: RegionState): string {
  const worst = Math.max(0, ...region.history.errorRatio.map((value) => value ?? 0));
  return worst < 0.01 ? '--calm' : '--bad';
}

function Figure({ name, value }: { name: string; value: string }): VNode {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** How many clients say "down", against the quorum. */
function Votes({ region }: { region: RegionState }): VNode {
  const of = Math.max(region.connected, region.down, region.quorum, 1);
  const reached = region.down >= region.quorum && region.quorum > 0;
  return (
    <div class="votes">
      <span>
        {count(region.down)} of {count(of)} clients say down
      </span>
      <span class="quiet">quorum {count(region.quorum)}</span>
      <Bar
        value={region.down / of}
        mark={region.quorum / of}
        tone={reached ? 'bad' : 'unknown'}
        wide
      />
    </div>
  );
}
