// A second process on the embedded log, driven over IPC by embedded-processes.test.ts.

import { openEmbeddedBus } from '../../../bus/embedded/index.ts';

const [file = '', topic = '', group = ''] = process.argv.slice(2);
const bus = openEmbeddedBus({ file });
const tell = (message: object): void => {
  process.send?.(message);
};

const consumption = await bus.consume({
  topics: [topic],
  group,
  handler: {
    assigned: async ({ partition }) => {
      tell({ assigned: partition });
      return 'committed';
    },
    revoked: ({ partition }) => tell({ revoked: partition }),
    records: (records) => {
      for (const { key, partition } of records) tell({ key, partition });
    },
  },
});

process.on('message', async (order: { publish?: string; close?: boolean }) => {
  if (order.publish !== undefined) {
    await bus.publish(topic, [{ key: order.publish, value: null, headers: {} }]);
  }
  if (order.close === true) {
    await consumption.close();
    await bus.close();
    process.disconnect();
  }
});
