// The agent in its host's telemetry. The agent itself sends nothing anywhere: it is read by the
// host's reader and gives its spans to the host's tracer. Whatever either throws ends here, counted.

import { fnv1a } from '@regionpilot/protocol';
import type { Agent } from '../agent.ts';
import type { InstrumentOptions, Meter, ObservableCallback } from '../instrument.ts';
import { type Instrument, instruments } from '../instruments.ts';
import type { Recorder } from '../recorder.ts';
import { ApplySpans } from './apply-spans.ts';
import type { Clock } from './clock.ts';
import type { Notices } from './notices.ts';

export type Instrumented = {
  readonly agent: Agent;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly notices: Notices;
};

const scope = '@regionpilot/agent';
const sampleShareDefault = 0.01;
const makers = {
  gauge: 'createObservableGauge',
  counter: 'createObservableCounter',
  upDownCounter: 'createObservableUpDownCounter',
} as const;

/** Never throws. @returns the way to stop. */
export function instrumentAgent(parts: Instrumented, options: InstrumentOptions): () => void {
  const stops: (() => void)[] = [];
  guarded(parts, 'meter', () => {
    const meter = options.meterProvider?.getMeter(scope);
    if (meter === undefined) return;
    for (const instrument of instruments) stops.push(observe(parts, meter, instrument));
  });
  guarded(parts, 'tracer', () => {
    const { tracerProvider, sampleShare = sampleShareDefault } = options;
    const { client } = parts.agent;
    if (tracerProvider === undefined || !isSampled(client, sampleShare)) return;
    const guard = (run: () => void): void => guarded(parts, 'tracer', run);
    const spans = new ApplySpans({ ...parts, tracer: tracerProvider.getTracer(scope), guard });
    stops.push(parts.agent.onEvent(spans.hear), () => spans.close());
  });
  return () => {
    for (const stop of stops.splice(0)) guarded(parts, 'instrument', stop);
  };
}

/** By name, so that a client is sampled always or never, wherever it runs. */
function isSampled(client: string, share: number): boolean {
  return fnv1a(`sampled/${client}`) < share * 2 ** 32;
}

function observe(parts: Instrumented, meter: Meter, instrument: Instrument): () => void {
  const { name, kind, unit, description, read } = instrument;
  const observable = meter[makers[kind]](name, { unit, description });
  const callback: ObservableCallback = (result) =>
    guarded(parts, 'meter', () => {
      for (const { value, attributes } of read(parts.agent.status(), parts.clock.wallMs())) {
        result.observe(value, { ...attributes });
      }
    });
  observable.addCallback(callback);
  return () => observable.removeCallback(callback);
}

function guarded({ notices }: Instrumented, where: string, run: () => void): void {
  notices.guard(where, undefined, run);
}
