/**
 * The API in a thread of its own, with its own connection to the log: however many readers there are
 * and whatever they ask, the thread that decides does not wait for them. One that dies is started
 * again; the decider goes on meanwhile.
 */
import { Worker } from 'node:worker_threads';
import type { BusConfig } from '@regionpilot/bus';
import { PipelineError } from '@regionpilot/protocol';
import type { ApiLog } from './log.ts';
import type { ApiPlan } from './plan.ts';
import type { FromWorker, ToWorker, WorkerOrders } from './worker-messages.ts';

export type ApiWorker = {
  readonly port: number;
  readonly url: string;
  /** Safe to call twice. */
  readonly close: () => Promise<void>;
};

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
const closeMs = 5_000;

/** @throws {PipelineError} as `startLoneApi`, for the first start only. */
export async function startApiWorker(
  plan: ApiPlan,
  bus: BusConfig,
  log: ApiLog,
): Promise<ApiWorker> {
  const keeper = new Keeper(plan, bus, log);
  const { port, url } = await keeper.start(plan);
  return { port, url, close: () => keeper.close() };
}

type Listening = Extract<FromWorker, { kind: 'listening' }>;

class Keeper {
  readonly #plan: ApiPlan;
  readonly #bus: BusConfig;
  readonly #log: ApiLog;
  #worker: Worker | null = null;
  #closing: Promise<void> | null = null;
  #pauseMs = firstPauseMs;
  #pause: NodeJS.Timeout | undefined;
  #port = 0;

  constructor(plan: ApiPlan, bus: BusConfig, log: ApiLog) {
    this.#plan = plan;
    this.#bus = bus;
    this.#log = log;
  }

  start(plan: ApiPlan): Promise<Listening> {
    const { promise, resolve, reject } = Promise.withResolvers<Listening>();
    const workerData: WorkerOrders = { plan, bus: this.#bus };
    const worker = new Worker(new URL('./worker-main.ts', import.meta.url), { workerData });
    this.#worker = worker;
    let listening = false;
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'said':
          return this.#log(message.event);
        case 'listening':
          listening = true;
          this.#port = message.port;
          this.#pauseMs = firstPauseMs;
          return resolve(message);
        case 'failed':
          return reject(failure(message));
      }
    });
    worker.on('error', (error: Error) => {
      reject(error);
      this.#log({ event: 'apiCrashed', reason: error.message });
    });
    worker.on('exit', () => {
      reject(new Error('The API ended before it listened'));
      if (listening) this.#again();
    });
    return promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#pause);
    const worker = this.#worker;
    if (worker === null || worker.threadId < 0) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'close' } satisfies ToWorker);
    const impatience = setTimeout(() => void worker.terminate(), closeMs);
    await gone;
    clearTimeout(impatience);
  }

  /** On the port it had. */
  #again(): void {
    if (this.#closing !== null) return;
    this.#pause = setTimeout(() => {
      this.start({ ...this.#plan, port: this.#port }).catch((error: Error) => {
        this.#log({ event: 'apiCrashed', reason: error.message });
        this.#again();
      });
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }
}

function failure({ code, message, retriable }: Extract<FromWorker, { kind: 'failed' }>): Error {
  return code === null ? new Error(message) : new PipelineError(code, message, { retriable });
}
