/**
 * The API as plain data, so that it can be handed to another thread: which log, which address, who may
 * use it. Starting it there opens a connection of its own to the log.
 */
import { readFileSync } from 'node:fs';
import { type Bus, type BusConfig, openBus } from '@regionpilot/bus';
import { PipelineError } from '@regionpilot/protocol';
import type { AccessConfig } from '../access/config.ts';
import { openAccess } from './access.ts';
import { type Api, startApi } from './api.ts';
import type { ApiLog } from './log.ts';

export type ApiPlan = {
  readonly topics: { readonly prefix: string };
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  /** Empty: none, and then only loopback is served. */
  readonly access: AccessConfig;
  readonly grafanaUrl: string | null;
};

/**
 * Over a bus that stays its owner's.
 * @throws {PipelineError} CONFIG_INVALID, FILE_UNREADABLE, PORT_IN_USE.
 */
export async function startPlannedApi(plan: ApiPlan, bus: Bus, log: ApiLog): Promise<Api> {
  const { access, ...rest } = plan;
  const authenticate = await openAccess(access, (event) =>
    log({ event: 'accessTrouble', text: Object.values(event).join(' ') }),
  );
  return startApi({ ...rest, bus, authenticate, tls: tlsOf(access), log });
}

/** The same over a bus of its own. */
export async function startLoneApi(plan: ApiPlan, config: BusConfig, log: ApiLog): Promise<Api> {
  const bus = await openBus(config);
  try {
    const api = await startPlannedApi(plan, bus, log);
    return { ...api, close: () => api.close().then(bus.close) };
  } catch (error) {
    await bus.close();
    throw error;
  }
}

type Tls = { readonly cert: string; readonly key: string; readonly ca?: string };

function tlsOf({ tls }: AccessConfig): Tls | null {
  if (tls === undefined) return null;
  const { certFile, keyFile, clientCaFile } = tls;
  const ca = clientCaFile === undefined ? {} : { ca: textOf(clientCaFile) };
  return { cert: textOf(certFile), key: textOf(keyFile), ...ca };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause as Error);
  }
}

function unreadable(file: string, cause: Error): PipelineError {
  const message = `Cannot read ${file}: ${cause.message}`;
  return new PipelineError('FILE_UNREADABLE', message, { file, cause, retriable: false });
}
