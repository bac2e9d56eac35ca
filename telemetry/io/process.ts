/** How this process is doing, in OpenTelemetry's names, read when asked. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { distribution, type Sample, sample } from '../sample.ts';
import { watchCollections } from './gc.ts';

export type ProcessReader = {
  readonly samples: () => readonly Sample[];
  readonly close: () => void;
};

/** Delays of the event loop and collections are measured from now on. */
export function readProcess(): ProcessReader {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const collections = watchCollections();
  return {
    samples: () => {
      const { user, system } = process.cpuUsage();
      const heap = getHeapStatistics();
      const samples = [
        sample('nodejs.eventloop.delay.p99', {}, seconds(delay.percentile(99))),
        sample('nodejs.eventloop.delay.max', {}, seconds(delay.max)),
        sample('nodejs.eventloop.utilization', {}, performance.eventLoopUtilization().utilization),
        ...collections
          .read()
          .map(([kind, pauses]) =>
            distribution('v8js.gc.duration', { 'v8js.gc.type': kind }, pauses),
          ),
        sample('v8js.memory.heap.used', {}, heap.used_heap_size),
        sample('v8js.memory.heap.limit', {}, heap.heap_size_limit),
        sample('process.memory.usage', {}, process.memoryUsage.rss()),
        sample('process.cpu.time', { 'cpu.mode': 'user' }, user / 1e6),
        sample('process.cpu.time', { 'cpu.mode': 'system' }, system / 1e6),
        sample('process.uptime', {}, process.uptime()),
      ];
      delay.reset();
      return samples;
    },
    close: () => {
      delay.disable();
      collections.close();
    },
  };
}

/** From nanoseconds; 0 while nothing was measured. */
function seconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) && nanoseconds < 1e15 ? nanoseconds / 1e9 : 0;
}
