// Everything that must end when the demo ends, last opened first, whatever of it came to be.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Scope = {
  readonly add: (close: () => Promise<unknown>) => void;
  /** A folder of our own, removed at the end. */
  readonly folder: () => string;
  /** Safe to call twice; one part that fails to close does not keep the others open. */
  readonly close: () => Promise<void>;
};

export function openScope(): Scope {
  const closers: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close().catch(() => undefined);
  };
  return {
    add: (close) => void closers.push(close),
    folder: () => {
      const path = mkdtempSync(join(tmpdir(), 'regionpilot-demo-'));
      const remove = (): void => rmSync(path, { recursive: true, force: true });
      process.once('exit', remove);
      closers.push(async () => {
        process.removeListener('exit', remove);
        remove();
      });
      return path;
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
