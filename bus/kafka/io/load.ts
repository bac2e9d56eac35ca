// The one door to kafkajs. The mends go in before anything else of it is loaded, and only into the
// exact version they were written for; docs/decisions/0003-kafkajs.md says what each one cures.

import { createRequire } from 'node:module';
import { gzipCodec } from './gzip.ts';
import { mendRecordBatch } from './mend-record-batch.ts';
import { mendTimers } from './mend-timers.ts';

export type KafkaJs = typeof import('kafkajs');

const wantedVersion = '2.2.4';

const require = createRequire(import.meta.url);
const { version } = require('kafkajs/package.json') as { readonly version: string };
if (version !== wantedVersion) {
  throw new Error(
    `Got kafkajs ${version}, wanted exactly ${wantedVersion}: its mends fit no other`,
  );
}

mendTimers(require);

/**
 * False when somebody else in this process fetched with kafkajs before us: then its decoder can no
 * longer be replaced, and followers step over empty batches by their own count instead.
 */
export const recordBatchMended: boolean = mendRecordBatch(require);

export const kafkajs: KafkaJs = require('kafkajs') as KafkaJs;
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.GZIP] = () => gzipCodec;
