import { setImmediate as nextTurn } from 'node:timers/promises';
import { topicMissing } from '../../outgoing.ts';
import type { BusRecord, ReadOptions } from '../../port.ts';
import type { Store } from './store.ts';

/** Reads a stretch once, a slice per turn of the event loop, so that a long replay starves nobody. */
export async function* readStretch(store: Store, options: ReadOptions): AsyncGenerator<BusRecord> {
  const topic = store.topics.find(options.topic);
  if (topic === null) throw topicMissing(options.topic);
  const { partition, from } = options;
  const end = store.records.end(topic, partition);
  const until = Math.min(options.until ?? end, end);
  let position =
    'offset' in from ? from.offset : store.records.offsetAt(topic, partition, from.appendedMs);
  while (position < until) {
    const records = store.records.slice(topic, partition, position);
    for (const record of records) {
      if (record.offset >= until) return;
      position = record.offset + 1;
      yield record;
    }
    if (records.length === 0) return;
    await nextTurn();
  }
}
