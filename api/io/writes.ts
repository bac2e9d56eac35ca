/** Writes on their way into the log, none of them waited for longer than a person would. */
import { randomBytes } from 'node:crypto';
import type { Bus } from '@regionpilot/bus';
import { PipelineError, topicFullName } from '@regionpilot/protocol';
import type { WritePort } from '../orders/write-world.ts';
import {
  everyPartition,
  publishAudit,
  publishOrder,
  publishPolicy,
  publishWord,
} from './publish.ts';

const waitMs = 5_000;

export function openWrites(bus: Bus, prefix: string): WritePort {
  const alerts = topicFullName(prefix, 'alerts');
  return {
    order: (order) => soon(publishOrder(bus, prefix, order)),
    policy: (order) => soon(publishPolicy(bus, prefix, order)),
    audit: (record) => soon(publishAudit(bus, prefix, record)),
    word: (word, partitions) =>
      soon(
        (async () => {
          const to = partitions ?? (await everyPartition(bus, alerts));
          await publishWord(bus, alerts, word, to, Date.now());
        })(),
      ),
    newId: () => randomBytes(4).toString('hex'),
  };
}

async function soon(work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLate()), waitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(): PipelineError {
  const message = `The log gave no answer within ${waitMs} ms`;
  return new PipelineError('BUS_SEND_FAILED', message, { retriable: true });
}
