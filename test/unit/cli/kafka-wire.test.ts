import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  apiVersionsRequest,
  brokerAge,
  missingApis,
  neededApis,
  readApiVersions,
} from '../../../cli/doctor/kafka-wire.ts';

/** As a broker answers: fetch (1) in versions 4 to 17, and two others. */
const answer = Uint8Array.of(
  ...[0, 0, 0, 28, 0, 0, 0x12, 0x67, 0, 0, 0, 0, 0, 3],
  ...[0, 0, 0, 0, 0, 12, 0, 1, 0, 4, 0, 17, 0, 18, 0, 0, 0, 4],
);

describe('the first words to a broker', () => {
  test('are ApiVersions, version 0, with their length before them', () => {
    const request = apiVersionsRequest();
    expect([...request.slice(0, 8)]).toEqual([0, 0, 0, request.length - 4, 0, 18, 0, 0]);
  });

  test('an answer is read only when it is whole', () => {
    for (let length = 0; length < answer.length; length++)
      expect(readApiVersions(answer.slice(0, length)).kind).toBe('partial');
    const read = readApiVersions(answer);
    expect(read).toMatchObject({ kind: 'ok' });
    if (read.kind !== 'ok') return;
    expect(read.versions.get(1)).toEqual([4, 17]);
    expect(brokerAge(read.versions)).toBe('Kafka 4.0 or newer, 3 APIs');
    expect(missingApis(read.versions)).toContain('metadata');
    expect(missingApis(read.versions)).not.toContain('fetch');
  });

  test.each([
    ['a web server', new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n')],
    ['a TLS alert', Uint8Array.of(0x15, 3, 3, 0, 2, 2, 70)],
    ['another correlation', Uint8Array.of(0, 0, 0, 10, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0)],
    ['more rows than bytes', Uint8Array.of(0, 0, 0, 10, 0, 0, 0x12, 0x67, 0, 0, 0, 0, 1, 0)],
  ])('%s is no Kafka', (_what, bytes) => {
    expect(readApiVersions(bytes).kind).toBe('foreign');
  });

  test('what we say our client speaks is what it has', () => {
    const require = createRequire(new URL('../../../bus/package.json', import.meta.url));
    const folder = join(dirname(require.resolve('kafkajs/package.json')), 'src/protocol/requests');
    for (const { name, speaks } of neededApis) {
      const versions = readdirSync(join(folder, name))
        .flatMap((file) => /^v(\d+)$/.exec(file)?.[1] ?? [])
        .map(Number);
      expect([Math.min(...versions), Math.max(...versions)], name).toEqual(speaks);
    }
  });
});
