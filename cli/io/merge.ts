/** Several stretches of the log as one, by the time of the log: what a reader calls "in order". */
import type { BusRecord } from '@regionpilot/bus';

type Source<Value> = { readonly rest: AsyncIterator<Value>; head: Value };

export async function* mergeByTime<Value extends { readonly record: BusRecord }>(
  stretches: readonly AsyncIterable<Value>[],
): AsyncGenerator<Value> {
  const sources: Source<Value>[] = [];
  try {
    for (const stretch of stretches) {
      const rest = stretch[Symbol.asyncIterator]();
      const first = await rest.next();
      if (first.done !== true) sources.push({ rest, head: first.value });
    }
    while (sources.length > 0) {
      const source = sources.reduce((a, b) =>
        b.head.record.appendedMs < a.head.record.appendedMs ? b : a,
      );
      yield source.head;
      const next = await source.rest.next();
      if (next.done === true) sources.splice(sources.indexOf(source), 1);
      else source.head = next.value;
    }
  } finally {
    await Promise.all(sources.map(({ rest }) => rest.return?.()));
  }
}
