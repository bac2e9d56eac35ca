// Loaded into a process before its own code (`node --import`): on SIGUSR2 the thread that runs crashes
// by an uncaught exception, and each that is started after it ends at once, until the next SIGUSR2.

import process from 'node:process';
import type { Worker } from 'node:worker_threads';

let isBroken = false;
let running: Worker | null = null;

process.on('worker', (worker) => {
  running = worker;
  if (isBroken) void worker.terminate();
});

process.on('SIGUSR2', () => {
  isBroken = !isBroken;
  // No order it knows: taking it apart throws.
  if (isBroken) running?.postMessage(null);
});
