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
  const ratios = with_.flatMap((each, i) => {
    const bare = without[i];
    return bare === undefined ? [] : [perRow(each) / perRow(bare)];
  });
  const all = [...without, ...with_];
  const rate = median(all.map(({ rows, wallMs }) => (rows / wallMs) * 1_000));
  const load = (turns: readonly TurnTaken[]): number =>
    rounded(median(turns.map(({ cpuUs, wallMs }) => cpuUs / wallMs / 10)), 2);
  const spread = `${rounded(Math.min(...ratios), 3)} to ${rounded(Math.max(...ratios), 3)}`;
  return [
    atMost(
      'CPU that OTLP export adds to the aggregator at 1 M rows/s',
      rounded((median(ratios) - 1) * 100, 2),
      2,
      '%',
      `without it ${load(without)} % of a core, with it ${load(with_)} %, at ${Math.round(rate)} rows/s of 20 groups and 5 regions; ${pairs} turns each, in turn, CPU per row with over without ${spread}; ${exported}`,
    ),
  ];
}

function perRow({ cpuUs, rows }: TurnTaken): number {
  return cpuUs / rows;
}
