// Who takes part in a drill: regions, processes, and the clients in each.

import type { FaultName } from './faults.ts';

export type DrillOptions = {
  readonly fault: FaultName;
  /** 1–10,000. */
  readonly clients: number;
  /** Processes the clients are spread over, 1–64. */
  readonly processes: number;
  /** Times the fault is injected, 1–1,000. */
  readonly runs: number;
  /** Regions to start when none are targeted, 2–8. */
  readonly regions: number;
  /** Commands per second and client, 1–1,000. */
  readonly rate: number;
};

export type ClientPlan = {
  readonly client: string;
  readonly domain: string;
  /** The one whose link is cut in `one-client`. */
  readonly alone: boolean;
};

/** Failure domains: enough that a quorum over domains means something. */
const zones = 4;
const regionNames = ['eu', 'us', 'ap', 'sa', 'af', 'me', 'in', 'au'];

export function namesOfRegions(count: number): readonly string[] {
  return regionNames.slice(0, count);
}

/** Clients per process, as even as they come; zones go round so that every process has all. */
export function spreadClients({
  clients,
  processes,
}: Pick<DrillOptions, 'clients' | 'processes'>): readonly (readonly ClientPlan[])[] {
  const workers: ClientPlan[][] = Array.from({ length: Math.min(processes, clients) }, () => []);
  for (let i = 0; i < clients; i++) {
    workers[i % workers.length]?.push({
      client: `client-${i + 1}`,
      domain: `zone-${Math.floor(i / workers.length) % zones}`,
      alone: i === 0,
    });
  }
  return workers;
}

export type Address = { readonly region: string; readonly host: string; readonly port: number };

/** `eu=127.0.0.1:7001,us=…`; null where it is not that, or names fewer than two regions. */
export function parseTargets(text: string): readonly Address[] | null {
  const parsed = text.split(',').map((part) => {
    const found = /^([A-Za-z0-9][A-Za-z0-9._-]*)=([^=:\s]+):(\d{1,5})$/.exec(part.trim());
    return { region: found?.[1] ?? '', host: found?.[2] ?? '', port: Number(found?.[3] ?? 0) };
  });
  const sound = parsed.every(({ region, port }) => region !== '' && port > 0 && port < 65_536);
  const distinct = new Set(parsed.map(({ region }) => region)).size === parsed.length;
  return sound && distinct && parsed.length >= 2 ? parsed : null;
}

/**
 * The policy of a drill: detection is the product's defaults to the letter, only the way back is
 * shortened, so that ten runs do not take an hour.
 */
export const drillPolicy = {
  healthyForMs: 1_000,
  coolDownMs: 2_000,
  coolDownMaxMs: 2_000,
  ramp: [100, 1_000, 5_000, 10_000],
  rampStepMs: 300,
  flapBudgetPerDay: 1_000,
} as const;

export const drillPolicyText: string = `detection at defaults; the way back shortened: ${Object.entries(
  drillPolicy,
)
  .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join('/') : value}`)
  .join(', ')}`;
