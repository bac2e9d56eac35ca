// The API against its own document: thousands of requests that fit and that do not, drawn by
// schemathesis from what the API itself says it takes.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccess } from '../../../api/io/access.ts';
import type { ApiEvent } from '../../../api/io/log.ts';
import { createToken } from '../../../api/io/tokens.ts';
import type { ApiWorld } from '../../support/api-world.ts';
import {
  type FuzzReport,
  fuzz,
  missingSchemathesis,
  obtainSchemathesis,
} from '../../support/schemathesis.ts';
import { fuzzKnown, openFuzzWorld } from '../../support/schemathesis-world.ts';

const program = obtainSchemathesis();
if (program === null && process.env['CI'] === 'true') throw new Error(missingSchemathesis);

/** They never end, so there is no answer to judge; streams have tests of their own beside this one. */
const excluded = ['/api/v1/live', '/api/v1/decisions/stream'];
const withinMs = 900_000;

describe.skipIf(program === null)('requests by the thousand', () => {
  let folder: string;
  let world: ApiWorld;
  let events: ApiEvent[];
  let tokenOf: (scope: 'viewer' | 'admin') => string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'api-fuzz-tokens-'));
    const file = join(folder, 'tokens.json');
    const tokens = new Map(
      (['viewer', 'admin'] as const).map((scope) => {
        const wanted = { name: scope, scope, lifeMs: 86_400_000 };
        return [scope, createToken(file, wanted, Date.now()).token];
      }),
    );
    tokenOf = (scope) => tokens.get(scope) ?? '';
    events = [];
    const authenticate = await openAccess({ tokensFile: file }, () => undefined);
    const log = (event: ApiEvent): void => void events.push(event);
    world = await openFuzzWorld(tokenOf('admin'), { authenticate, log });
  });
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const asked = async (scope: 'viewer' | 'admin', maxExamples: number): Promise<FuzzReport> =>
    fuzz(program ?? '', {
      url: world.api.url,
      token: tokenOf(scope),
      known: fuzzKnown,
      maxExamples,
      seed: 6,
      excluded,
    });

  const audits = async (): Promise<number> => {
    const ends = await world.bus.ends('regionpilot.audit');
    return ends.reduce((sum, { start, end }) => sum + end - start, 0);
  };

  test('as a viewer: no write ever succeeds', { timeout: withinMs }, async () => {
    const { failures, output } = await asked('viewer', 40);
    expect(failures, output).toEqual([]);
    expect(await audits()).toBe(0);
  });

  test('as an admin: ten thousand cases, every answer as the document says', {
    timeout: withinMs,
  }, async () => {
    const { cases, operations, failures, output } = await asked('admin', 480);
    expect(failures, output).toEqual([]);
    expect(cases).toBeGreaterThanOrEqual(10_000);
    expect(operations.tested).toBe(operations.selected);
    // Requests got as far as doing something.
    expect(await audits()).toBeGreaterThan(100);
    expect(events.filter(({ event }) => event === 'requestFailed')).toEqual([]);
  });
});
