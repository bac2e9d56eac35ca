// Where a program of this machine is.

import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** @throws {Error} when it is not on PATH. */
export function pathOf(program: string): string {
  if (isAbsolute(program)) return program;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${program} is not on PATH`);
  return found;
}
