/** The console over the demo's own log: the page steers the same world as the keys. */
import { type Api, type DemoHooks, startApi } from '@regionpilot/api';
import { PipelineError } from '@regionpilot/protocol';
import { type FaultName, faultNames, faultTexts } from '../fault.ts';
import { topicPrefix } from '../settings.ts';
import type { WorldSnapshot } from '../snapshot.ts';
import type { DemoBus } from './bus.ts';
import type { Scope } from './scope.ts';

/** What the panel that breaks regions asks of the world. */
export type Breakable = {
  readonly snapshot: () => WorldSnapshot;
  readonly inject: (region: string, fault: FaultName) => Promise<void>;
  readonly heal: (region: string) => Promise<void>;
};

export type DemoConsole = {
  /** Taken: another free one. null: nothing is served. */
  readonly port: number | null;
  readonly opened: DemoBus;
  readonly world: Breakable;
  readonly scope: Scope;
};

/** Answers the address; null: there is none. */
export async function serveConsole(options: DemoConsole): Promise<string | null> {
  const { port, opened, world, scope } = options;
  if (port === null) return null;
  const start = (at: number): Promise<Api> =>
    startApi({
      bus: opened.bus,
      topics: { prefix: topicPrefix },
      instance: 'demo',
      port: at,
      demo: hooksOf(world),
    });
  const api = await start(port).catch((error: unknown) => {
    if (error instanceof PipelineError && error.code === 'PORT_IN_USE') return start(0);
    throw error;
  });
  scope.add(api.close);
  return `http://localhost:${api.port}/`;
}

function hooksOf(world: Breakable): DemoHooks {
  return {
    state: () => {
      const { regions, clients, commands } = world.snapshot();
      const { sent, failed, waiting, perSecond } = commands;
      return {
        regions: regions.map(({ name, fault }) => ({ region: name, fault })),
        faults: faultNames.map((fault) => ({ fault, meaning: faultTexts[fault] })),
        clients,
        commands: { sent, failed, waiting, perSecond: Math.round(perSecond) },
      };
    },
    inject: async (region, fault) => {
      if (!isFault(fault)) throw new Error(`no fault ${fault}`);
      await world.inject(region, fault);
    },
    heal: world.heal,
  };
}

function isFault(text: string): text is FaultName {
  return (faultNames as readonly string[]).includes(text);
}
