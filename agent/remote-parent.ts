// A parent that lives in another process, in the form OpenTelemetry's tracers look for. Its key is
// part of the API's contract between versions of itself (`Symbol.for`), so nothing needs to be
// imported; where a tracer does not know it, the span is a root of its own and nothing breaks.

import type { SpanRef } from '@regionpilot/protocol';
import type { Context } from './instrument.ts';

const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');
const sampled = 1;

export function remoteParent(parent: SpanRef): Context {
  const spanContext = { ...parent, traceFlags: sampled, isRemote: true };
  const span = { spanContext: () => spanContext, isRecording: () => false };
  return contextOf(new Map([[spanKey, span]]));
}

function contextOf(values: ReadonlyMap<symbol, unknown>): Context {
  return {
    getValue: (key) => values.get(key),
    setValue: (key, value) => contextOf(new Map(values).set(key, value)),
    deleteValue: (key) => contextOf(new Map([...values].filter(([each]) => each !== key))),
  };
}
