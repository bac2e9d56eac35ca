import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { openEmbeddedBus } from '../../../bus/embedded/index.ts';
import type { Bus } from '../../../bus/index.ts';
import { busContract } from './bus-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'regionpilot-bus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the embedded bus on a file', () => {
  const file = join(folder, 'bus.db');
  busContract({ open: () => openEmbeddedBus({ file }), replication: 3 });
});

describe('the embedded bus in memory, one bus shared by all', () => {
  let shared: Bus | undefined;
  const open = (): Bus => {
    shared ??= openEmbeddedBus({ file: ':memory:' });
    const bus = shared;
    const close = (): Promise<void> => {
      shared = undefined;
      return bus.close();
    };
    return { ...bus, close };
  };
  busContract({ open, replication: 3 });
});
