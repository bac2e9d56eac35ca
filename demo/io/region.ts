// One region to break: a server behind a wire. Faults of the server are done to the server, faults
// of the network to the wire, so that clients meet what they would meet out there.

import { blipMs, type FaultName, slowMs } from '../fault.ts';
import { findRedisServer, startRedisServer } from './redis-server.ts';
import type { Server } from './server.ts';
import { startStandIn } from './stand-in.ts';
import { startWire } from './wire.ts';

export type Region = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly server: Server['kind'];
  /** The fault it has now, or null. */
  readonly fault: () => FaultName | null;
  /** Breaks it, healing any earlier fault first. Resolves with the moment of the fault, ms since 1970. */
  readonly inject: (fault: FaultName) => Promise<number>;
  /** Resolves when the server answers again. */
  readonly heal: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type RegionsOptions = {
  readonly names: readonly string[];
  /** A folder that real servers may call home. */
  readonly folder: string;
  /** Where to look for a real server; without one there, stand-ins are used. */
  readonly path: string | undefined;
};

/** Starts one region per name; all have the same kind of server. */
export async function startRegions(options: RegionsOptions): Promise<readonly Region[]> {
  const [first = '', ...others] = options.names;
  const binary = findRedisServer(options.path);
  const real = (): Promise<Server> => startRedisServer(binary ?? '', options.folder);
  // A Redis that is installed and does not start must not keep anybody from seeing the demo.
  const tried = binary === null ? null : await real().catch(() => null);
  const open = tried === null ? startStandIn : real;
  return await Promise.all([
    startRegion(first, tried ?? (await open())),
    ...others.map(async (name) => startRegion(name, await open())),
  ]);
}

/** Takes the server over: closing the region closes it. */
export async function startRegion(name: string, server: Server): Promise<Region> {
  const wire = await startWire(server.port);
  let fault: FaultName | null = null;
  let blip: NodeJS.Timeout | undefined;
  const heal = async (): Promise<void> => {
    clearTimeout(blip);
    server.thaw();
    await server.revive();
    await wire.heal();
    fault = null;
  };
  const breakBy: Readonly<Record<FaultName, () => Promise<void> | void>> = {
    refused: async () => {
      await Promise.all([wire.refuse(), server.kill()]);
    },
    frozen: server.freeze,
    blackhole: wire.swallow,
    slow: () => wire.delay(slowMs),
    blip: () => {
      server.freeze();
      blip = setTimeout(() => {
        server.thaw();
        fault = null;
      }, blipMs);
    },
  };
  return {
    name,
    host: wire.host,
    port: wire.port,
    server: server.kind,
    fault: () => fault,
    inject: async (wanted) => {
      if (fault !== null) await heal();
      fault = wanted;
      const atMs = Date.now();
      await breakBy[wanted]();
      return atMs;
    },
    heal,
    close: async () => {
      clearTimeout(blip);
      await wire.close();
      await server.close();
    },
  };
}
