/** The thread of the API: starts what it was handed, and ends when told. */
import { parentPort, workerData } from 'node:worker_threads';
import { PipelineError } from '@regionpilot/protocol';
import { startLoneApi } from './plan.ts';
import type { FromWorker, ToWorker, WorkerOrders } from './worker-messages.ts';

const tell = (message: FromWorker): void => parentPort?.postMessage(message);

try {
  const { plan, bus } = workerData as WorkerOrders;
  const api = await startLoneApi(plan, bus, (event) => tell({ kind: 'said', event }));
  parentPort?.once('message', ({ kind }: ToWorker) => {
    if (kind === 'close') void api.close().finally(() => process.exit(0));
  });
  tell({ kind: 'listening', port: api.port, url: api.url });
} catch (error) {
  const known = error instanceof PipelineError;
  const code = known ? error.code : null;
  const retriable = known && error.retriable;
  tell({ kind: 'failed', code, message: (error as Error).message, retriable });
}
