// A worker thread of a host: says where its route leads, at first and whenever that changes.

import { parentPort, workerData } from 'node:worker_threads';
import { attachRoutes, type SharedRoutes } from '../../../agent/index.ts';

const { route } = attachRoutes(workerData as SharedRoutes);
const cache = route('cache');
const say = (): void => {
  const { region, version, source } = cache.current;
  parentPort?.postMessage(`${region} ${version.epoch} ${source}`);
};
cache.onChange(say);
say();
// Stays until told to end.
parentPort?.once('message', () => parentPort?.close());
