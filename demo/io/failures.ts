// Failed commands, gathered before they are told.

import { type CommandFailure, failedCommands, type Happening } from '../happening.ts';

const togetherMs = 400;

/** Failures of the same moment are told together: an outage is one story, not two hundred. */
export function collectFailures(tell: (happening: Happening) => void): {
  readonly add: (failure: CommandFailure) => void;
} {
  let waiting: CommandFailure[] = [];
  const flush = (): void => {
    for (const happening of failedCommands(waiting)) tell(happening);
    waiting = [];
  };
  return {
    add: (failure) => {
      if (waiting.length === 0) setTimeout(flush, togetherMs).unref();
      waiting.push(failure);
    },
  };
}
