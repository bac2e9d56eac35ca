// One subject of the overhead bench: an ioredis client under full load, watched in one of the ways
// that are compared. ioredis is loaded by `require`, which is where OpenTelemetry hooks in.

import { createRequire } from 'node:module';
import { createAgent } from '@regionpilot/agent';
import { createRegionalRedis, observeRedis } from '@regionpilot/agent/redis';
import type * as Ioredis from 'ioredis';

export type Variant = 'bare' | 'agent' | 'regional' | 'otelUnsampled' | 'otelSampled';
export type SubjectPlan = {
  readonly variant: Variant;
  readonly redisPort: number;
  readonly brokers: readonly string[];
};
export type Round = { readonly commands: number; readonly wallMs: number; readonly cpuUs: number };

type Subject = {
  readonly redis: Ioredis.Redis;
  /** Runs a lane as a request handler would run: in its request's context. */
  readonly inRequest: (work: () => Promise<void>) => Promise<void>;
};

/** Commands always in flight: what a busy service has open at once. */
const lanes = 200;
const value = 'v'.repeat(100);
const require = createRequire(import.meta.url);
const asIs: Subject['inRequest'] = (work) => work();

let subject: Subject;

process.on('message', (message: { readonly plan?: SubjectPlan; readonly roundMs?: number }) => {
  const { plan, roundMs } = message;
  if (plan !== undefined) void prepare(plan).then(() => process.send?.({ ready: true }));
  if (roundMs !== undefined) void load(roundMs).then((round) => process.send?.({ round }));
});
process.once('disconnect', () => process.exit(0));

async function prepare(plan: SubjectPlan): Promise<void> {
  subject = await subjectOf(plan);
  await subject.redis.set('bench:key', value);
}

async function subjectOf({ variant, redisPort, brokers }: SubjectPlan): Promise<Subject> {
  const address = { host: '127.0.0.1', port: redisPort };
  switch (variant) {
    case 'bare':
      return { redis: newClient(redisPort), inRequest: asIs };
    case 'agent': {
      const redis = newClient(redisPort);
      observeRedis(newAgent(variant, brokers), redis, { group: 'bench', region: 'here' });
      return { redis, inRequest: asIs };
    }
    case 'regional': {
      const agent = newAgent(variant, brokers);
      const regions = { here: address, there: address };
      return { redis: createRegionalRedis({ agent, group: 'bench', regions }), inRequest: asIs };
    }
    case 'otelUnsampled':
    case 'otelSampled': {
      const inRequest = await startTelemetry(variant === 'otelSampled');
      return { redis: newClient(redisPort), inRequest };
    }
  }
}

function newClient(port: number): Ioredis.Redis {
  const { Redis } = require('ioredis') as typeof Ioredis;
  return new Redis({ host: '127.0.0.1', port });
}

function newAgent(variant: Variant, brokers: readonly string[]): ReturnType<typeof createAgent> {
  return createAgent({
    client: `bench/${variant}`,
    home: 'here',
    bus: { kind: 'kafka', brokers },
    groups: { bench: { regions: ['here', 'there'] } },
  });
}

/** The instrumentation acts only inside a request that is traced, so there is one around each lane. */
async function startTelemetry(isSampled: boolean): Promise<Subject['inRequest']> {
  process.env['OTEL_METRICS_EXPORTER'] = 'none';
  process.env['OTEL_LOGS_EXPORTER'] = 'none';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { IORedisInstrumentation } = await import('@opentelemetry/instrumentation-ioredis');
  const { AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor } = await import(
    '@opentelemetry/sdk-trace'
  );
  const { context, trace } = await import('@opentelemetry/api');
  const nowhere = {
    export: (_spans: unknown, done: (result: { code: 0 }) => void) => done({ code: 0 }),
    shutdown: async () => {},
    forceFlush: async () => {},
  };
  new NodeSDK({
    autoDetectResources: false,
    sampler: isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter: nowhere })],
    instrumentations: [new IORedisInstrumentation()],
  }).start();
  const tracer = trace.getTracer('bench');
  return (work) => {
    const request = tracer.startSpan('request');
    return context.with(trace.setSpan(context.active(), request), work);
  };
}

async function load(roundMs: number): Promise<Round> {
  const { redis, inRequest } = subject;
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const deadline = began + roundMs;
  let commands = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < deadline) {
      await redis.get('bench:key');
      commands++;
    }
  };
  await Promise.all(Array.from({ length: lanes }, () => inRequest(lane)));
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { commands, wallMs, cpuUs: user + system };
}
