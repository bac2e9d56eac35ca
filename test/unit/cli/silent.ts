// A run of the command that nobody hears.

import type { Session } from '../../../cli/io/session.ts';

export const silent: Session = {
  env: {},
  out: () => undefined,
  note: () => undefined,
  stopping: new AbortController().signal,
  outIsTerminal: false,
  noteIsTerminal: false,
};
