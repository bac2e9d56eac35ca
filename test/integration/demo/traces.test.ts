// Who gives the demo a collector sees each outage there, as one trace.

import { expect, onTestFinished, test } from 'vitest';
import { play } from '../../../demo/io/player.ts';
import { startWorld } from '../../../demo/io/world.ts';
import { brisk } from '../../../demo/script.ts';
import { eventually } from '../../support/eventually.ts';
import { startOtlpSink } from '../../support/otlp-sink.ts';

test('an outage of the demo is one trace, from the first bad event to the pager', async () => {
  const sink = await startOtlpSink();
  onTestFinished(sink.close);
  const world = await startWorld({
    clients: 12,
    brokers: [],
    path: undefined,
    onHappening: () => undefined,
    otlp: { endpoint: sink.url, intervalMs: 500 },
  });
  onTestFinished(world.close);
  const player = play(world, 'refused', ['eu-west'], brisk);
  expect((await player.ended).phase).toEqual({ kind: 'done' });
  const [root] = await eventually(() => {
    const roots = sink.named('regionpilot.incident');
    expect(roots).toHaveLength(1);
    return roots;
  }, 60_000);
  const parts = [
    'regionpilot.detect',
    'regionpilot.decide',
    'regionpilot.publish',
    'regionpilot.converge',
    'regionpilot.alert.deliver',
  ];
  for (const name of parts) {
    const traces = sink.named(name).map(({ traceId, service }) => `${service} ${traceId}`);
    expect(traces, name).toContain(`regionpilot-demo ${root?.traceId}`);
  }
}, 120_000);
