// "Break a region": exists only where the demo is, and steers the same world as its keys.

import type { DemoState } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { asProblem, write } from '../io/api.ts';
import { count } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { Name, Problem } from './text.tsx';

type Refusal = ReturnType<typeof asProblem>;

export function DemoPanel({ demo }: { demo: DemoState }): VNode {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const steer = (region: string, fault: string): void => {
    const path = `/api/v1/demo/regions/${encodeURIComponent(region)}/fault`;
    const key = crypto.randomUUID();
    const asked =
      fault === '' ? write('DELETE', path, undefined, key) : write('POST', path, { fault }, key);
    asked.then(
      () => setRefusal(null),
      (error: unknown) => setRefusal(asProblem(error, path)),
    );
  };
  return (
    <section class="card demo" aria-label="Demo: break a region">
      <header>
        <h2>Break a region</h2>
        <span class="chip end">Demo</span>
      </header>
      <div class="card-body tight">
        {demo.regions.map((region) => (
          <FaultChoice key={region.region} demo={demo} region={region} steer={steer} />
        ))}
        <p class="tiny quiet">
          {count(demo.commands.perSecond)} commands/s by {count(demo.clients)} clients ·{' '}
          {count(demo.commands.failed)} failed · {count(demo.commands.waiting)} waiting
        </p>
        {refusal === null ? null : <Problem problem={refusal} />}
      </div>
    </section>
  );
}

function FaultChoice(props: {
  demo: DemoState;
  region: DemoState['regions'][number];
  steer: (region: string, fault: string) => void;
}): VNode {
  const { region } = props;
  const id = `fault-${region.region}`;
  return (
    <div class="fault">
      <label for={id}>
        <Name of={region.region} />
      </label>
      <select
        id={id}
        class="input"
        value={region.fault ?? ''}
        onChange={(event) => props.steer(region.region, event.currentTarget.value)}
      >
        <option value="">Works</option>
        {props.demo.faults.map(({ fault, meaning }) => (
          <option key={fault} value={fault}>
            {harmless(meaning)}
          </option>
        ))}
      </select>
    </div>
  );
}
