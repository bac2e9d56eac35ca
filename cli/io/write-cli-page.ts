/** Writes `docs/cli.md`: `npm run cli-page`. */
import { writeFileSync } from 'node:fs';
import { cliPage } from '../cli-page.ts';
import { createProgram } from './program.ts';

const silent = {
  env: {},
  out: () => undefined,
  note: () => undefined,
  stopping: new AbortController().signal,
  outIsTerminal: false,
  noteIsTerminal: false,
};

writeFileSync(
  new URL('../../docs/cli.md', import.meta.url),
  cliPage(createProgram(silent, () => undefined)),
);
