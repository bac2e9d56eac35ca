// The last decisions on disk, for a start without the log. Written to a file beside it and renamed,
// so that a crash leaves the old truth or the new one and never half of either.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import type { Decision } from '@regionpilot/protocol';
import { formatDecisions, parseDecisions } from '../decision-store.ts';
import { type Notices, textOf } from './notices.ts';

export class DecisionCache {
  readonly #file: string | null;
  readonly #notices: Notices;
  #wanted: string | null = null;
  #written: string | null = null;
  #writing: Promise<void> | null = null;

  constructor(file: string | null, notices: Notices) {
    this.#file = file;
    this.#notices = notices;
  }

  /** What an earlier process left; nothing when there is none or it is damaged. */
  read(): readonly Decision[] {
    return this.#file === null ? [] : readDecisionFile(this.#file, (text) => this.#complain(text));
  }

  /** Remembers; writes when idle, the latest only. */
  write(decisions: readonly Decision[]): void {
    if (this.#file === null) return;
    this.#wanted = formatDecisions(decisions);
    this.#writing ??= this.#writeAll(this.#file).finally(() => {
      this.#writing = null;
    });
  }

  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(file: string): Promise<void> {
    while (this.#wanted !== null && this.#wanted !== this.#written) {
      const text = this.#wanted;
      try {
        await replaceFile(file, text);
      } catch (error) {
        this.#complain(textOf(error));
      }
      this.#written = text;
    }
  }

  #complain(text: string): void {
    this.#notices.say({ kind: 'cacheUnusable', file: this.#file ?? '', text });
  }
}

/** Decisions of a file. A missing file is nothing; a damaged one is nothing and a complaint. */
export function readDecisionFile(
  file: string,
  complain: (text: string) => void,
): readonly Decision[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') complain(textOf(error));
    return [];
  }
  const parsed = parseDecisions(bytes);
  if (parsed.kind === 'ok') return parsed.decisions;
  complain(parsed.text);
  return [];
}

async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
}
