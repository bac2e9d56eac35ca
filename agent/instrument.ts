// What a host's OpenTelemetry looks like to the agent: the few methods that are called, by shape, so
// that an application without OpenTelemetry carries nothing of it.

export type InstrumentOptions = {
  /** For instruments over the agent's own counters; read when the host's reader collects. */
  readonly meterProvider?: MeterProvider;
  /** For one span per decision that this client applies, if it is a sampled one. */
  readonly tracerProvider?: TracerProvider;
  /** Share of clients that are sampled, chosen by name, 0–1. Default 0.01. */
  readonly sampleShare?: number;
};

export type AttributeValues = Readonly<Record<string, string | number>>;

/** As `MeterProvider` of @opentelemetry/api. */
export type MeterProvider = { getMeter(name: string, version?: string): Meter };

export type Meter = {
  createObservableGauge(name: string, options?: InstrumentWords): Observable;
  createObservableCounter(name: string, options?: InstrumentWords): Observable;
  createObservableUpDownCounter(name: string, options?: InstrumentWords): Observable;
};

type InstrumentWords = { description?: string; unit?: string };

export type Observable = {
  addCallback(callback: ObservableCallback): void;
  removeCallback(callback: ObservableCallback): void;
};

export type ObservableCallback = (result: {
  observe(value: number, attributes?: Record<string, string>): void;
}) => void;

/** As `TracerProvider` of @opentelemetry/api. */
export type TracerProvider = { getTracer(name: string, version?: string): Tracer };

export type Tracer = {
  startSpan(
    name: string,
    options?: { startTime?: number; attributes?: Record<string, string | number> },
    context?: Context,
  ): Span;
};

export type Span = {
  addEvent(name: string, attributes?: Record<string, string | number>, time?: number): unknown;
  end(time?: number): void;
};

/** As `Context` of @opentelemetry/api. */
export type Context = {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
  deleteValue(key: symbol): Context;
};
