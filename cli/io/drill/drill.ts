/** A drill from start to end: builds a world, breaks it as often as asked, and takes it away. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusConfig } from '@regionpilot/bus';
import { PipelineError, type TopicOptions, topicCatalogue } from '@regionpilot/protocol';
import type { DrillRequest } from '../../commands/drill.ts';
import { faults } from '../../drill/faults.ts';
import type { RunFigures } from '../../drill/figures.ts';
import { reportLines } from '../../drill/lines.ts';
import type { AggregatorPlan, WorkerPlan } from '../../drill/messages.ts';
import { drillPolicy, spreadClients } from '../../drill/plan.ts';
import { type DrillReport, reportOf, shortcomings } from '../../drill/report.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import { loadSettings } from '../files.ts';
import { busConfigOf, openConfiguredBus } from '../open-bus.ts';
import { outJson, outLines, paintFor, type Session } from '../session.ts';
import { drillFailed } from './child.ts';
import { startFleet } from './fleet.ts';
import { startJudge } from './judge.ts';
import { type Leash, openLeash } from './leash.ts';
import { openRegions, type Regions } from './regions.ts';
import { runOnce, type World } from './run.ts';

const topicTries = 5;

export async function runDrill(session: Session, request: DrillRequest): Promise<ExitCode> {
  const leash = openLeash();
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-drill-'));
  try {
    const report = await drill(session, withPlace(request, folder), leash);
    if (request.json === true) outJson(session, report);
    else outLines(session, reportLines(report, paintFor(session)));
    return shortcomings(report).length === 0 ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (session.stopping.aborted) throw drillFailed('stopped before its end');
    throw error;
  } finally {
    await leash.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The embedded bus needs no file of the user's; topics of a drill stay apart from the real ones. */
function withPlace(request: DrillRequest, folder: string): DrillRequest {
  const own = { replication: 1, prefix: 'regionpilot-drill.', ...request };
  const { file, brokers, bus, config } = request;
  const needsFile = bus === 'embedded' && file === undefined && brokers === undefined;
  return needsFile && config === undefined ? { ...own, file: join(folder, 'bus.sqlite') } : own;
}

async function drill(session: Session, request: DrillRequest, leash: Leash): Promise<DrillReport> {
  const { bus: plan, topics } = loadSettings(request, session);
  const bus = busConfigOf(plan);
  await makeTopics(bus, topics);
  const world = await buildWorld(session, request, { bus, topics, leash });
  try {
    const runs: RunFigures[] = [];
    for (let i = 0; i < request.runs; i++) {
      session.note(`drill: run ${i + 1} of ${request.runs}: ${faults[request.fault].text}`);
      runs.push(await runOnce(world, session.stopping));
    }
    const { fault, processes, rate } = request;
    const clients = world.fleet.size;
    return reportOf({ fault, bus: bus.kind, clients, processes, ratePerSecond: rate, runs });
  } finally {
    await Promise.allSettled([world.fleet.stop(), world.judge.stop()]);
  }
}

/** A Kafka that has just started knows a new topic only a moment after it made it. */
async function makeTopics(config: BusConfig, topics: TopicOptions): Promise<void> {
  const bus = await openConfiguredBus(config);
  try {
    for (let tries = 1; ; tries++) {
      try {
        await bus.applyTopics(topicCatalogue(topics));
        return;
      } catch (error) {
        const passing = error instanceof PipelineError && error.retriable;
        if (!passing || tries === topicTries) throw error;
        await sleep(500);
      }
    }
  } finally {
    await bus.close();
  }
}

type Ground = {
  readonly bus: BusConfig;
  readonly topics: TopicOptions;
  readonly leash: Leash;
};

async function buildWorld(
  session: Session,
  request: DrillRequest,
  { bus, topics, leash }: Ground,
): Promise<World> {
  const fault = faults[request.fault];
  const targets = request.redis ?? null;
  const regions = await openRegions({ fault, count: request.regions, targets, leash });
  const home = regions.addresses[0]?.region ?? '';
  // A group of its own: nothing an earlier drill left in the log is about this one.
  const group = `drill-${randomBytes(3).toString('hex')}`;
  const shared = { bus, topicPrefix: topics.prefix, group, home };
  const aggregator: AggregatorPlan = {
    ...shared,
    consumerGroup: `regionpilot-${group}`,
    regions: regions.addresses.map(({ region }) => region),
    policy: drillPolicy,
  };
  const judge = await startJudge(aggregator, leash);
  session.note(`drill: starting ${request.clients} clients in ${request.processes} processes`);
  const plans = workerPlans(request, regions, shared);
  const fleet = await startFleet(plans, leash);
  return { fault, home, regions, judge, fleet };
}

function workerPlans(
  request: DrillRequest,
  { addresses, aloneAt }: Regions,
  shared: Pick<WorkerPlan, 'bus' | 'topicPrefix' | 'group' | 'home'>,
): readonly WorkerPlan[] {
  return spreadClients(request).map((clients) => ({
    ...shared,
    regions: addresses,
    aloneAt,
    clients: clients.map((each) => ({
      ...each,
      client: `${shared.group}/${each.client}`,
      alone: each.alone && aloneAt !== null,
    })),
    ratePerSecond: request.rate,
  }));
}
