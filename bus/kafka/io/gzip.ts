// GZIP at level 1: a tenth more bytes than the default level 6 and twice the throughput on columnar
// JSON. Small buffers are worked on in place, since a trip to the thread pool costs more than they do.

import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';

const inPlaceBytes = 32_768;
/** A batch that inflates beyond this is refused (and stepped over): 32 MB is the largest record. */
const maxOutputLength = 128 * 1024 * 1024;
const gzipAside = promisify(gzip);
const gunzipAside = promisify(gunzip);

export const gzipCodec = {
  compress: async ({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> =>
    buffer.length <= inPlaceBytes
      ? gzipSync(buffer, { level: 1 })
      : gzipAside(buffer, { level: 1 }),
  decompress: async (buffer: Buffer): Promise<Buffer> =>
    buffer.length <= inPlaceBytes / 4
      ? gunzipSync(buffer, { maxOutputLength })
      : gunzipAside(buffer, { maxOutputLength }),
};
