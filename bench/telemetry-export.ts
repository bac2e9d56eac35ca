// What an export to a collector costs an aggregator that folds a million rows a second: turn by turn
// in one process, with and without it, so that whatever else the machine does falls on both alike.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { serveLoopback } from '../test/support/loopback-server.ts';
import { atMost, type BenchResult, median, rounded } from './result.ts';
import type { Turn, TurnTaken } from './telemetry-subject.ts';

/** One interval of the export by default, and a little, so that each turn holds one whole export. */
const turnMs = 15_500;
const pairs = 10;
const cheapest = 5;
/** For the compiler. */
const warmUpMs = 10_000;

export async function measureExport(): Promise<readonly BenchResult[]> {
  let exports = 0;
  let bytes = 0;
  const sink = await serveLoopback(({ url = '' }, response, body) => {
    if (url === '/v1/metrics') {
      exports += 1;
      bytes = Math.max(bytes, Buffer.byteLength(body));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const child = fork(new URL('./telemetry-subject.ts', import.meta.url));
  try {
    await turn(child, { endpoint: null, ms: warmUpMs });
    await turn(child, { endpoint: sink.url, ms: warmUpMs });
    const [without, with_]: [TurnTaken[], TurnTaken[]] = [[], []];
    exports = 0;
    for (let i = 0; i < pairs; i++) {
      without.push(await turn(child, { endpoint: null, ms: turnMs }));
      with_.push(await turn(child, { endpoint: sink.url, ms: turnMs }));
    }
    return figures(without, with_, `${exports} exports of up to ${rounded(bytes / 1e6, 2)} MB`);
  } finally {
    child.disconnect();
    await sink.close();
  }
}

async function turn(child: ChildProcess, plan: Turn): Promise<TurnTaken> {
  child.send(plan);
  const [taken] = (await once(child, 'message')) as [TurnTaken];
  return taken;
}

function figures(
  without: readonly TurnTaken[],
  with_: readonly TurnTaken[],
  exported: string,
): readonly BenchResult[] {
  const ratio = least(with_) / least(without);
  const all = [...without, ...with_];
  const rate = median(all.map(({ rows, wallMs }) => (rows / wallMs) * 1_000));
  const load = (turns: readonly TurnTaken[]): number => rounded(least(turns) * rate * 100, 2);
  const spread = (turns: readonly TurnTaken[]): string =>
    turns.map((each) => rounded(perRow(each) * rate * 100, 1)).join(' ');
  console.error(`% of a core by turn, without: ${spread(without)}; with: ${spread(with_)}`);
  return [
    atMost(
      'CPU that OTLP export adds to the aggregator at 1 M rows/s',
      rounded((ratio - 1) * 100, 2),
      2,
      '%',
      `without it ${load(without)} % of a core, with it ${load(with_)} %, at ${Math.round(rate)} rows/s of 20 groups and 5 regions; ${pairs} turns of ${turnMs / 1_000} s each, in turn, the middle of the cheapest ${cheapest}; ${exported}`,
    ),
  ];
}

/** Seconds of CPU per row: what disturbs a turn only ever adds, so the cheapest are nearest the truth. */
function least(turns: readonly TurnTaken[]): number {
  const ascending = turns.map(perRow).sort((a, b) => a - b);
  return median(ascending.slice(0, cheapest));
}

function perRow({ cpuUs, rows }: TurnTaken): number {
  return cpuUs / 1e6 / rows;
}
