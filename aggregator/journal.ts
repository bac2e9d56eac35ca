// A recording of everything a group's brain heard and decided, one JSON line each, in order. It is
// what `replay FILE` runs: the same inputs through the same `step` must give the same decisions.

import type { Decision } from '@regionpilot/protocol';
import type { GroupInput } from './decide/group.ts';
import type { Policy } from './policy.ts';

export type JournalLine =
  | {
      readonly kind: 'begin';
      readonly v: 1;
      readonly instance: string;
      readonly policy: Policy;
      readonly groups: Readonly<
        Record<string, { readonly regions: readonly string[]; readonly policy: Policy }>
      >;
    }
  | { readonly kind: 'open'; readonly group: string }
  /** From here on the group is judged by this, until the next such line. */
  | { readonly kind: 'policy'; readonly group: string; readonly policy: Policy }
  | { readonly kind: 'input'; readonly group: string; readonly input: GroupInput }
  | { readonly kind: 'decision'; readonly decision: Decision };

export type Journal = {
  readonly begin: (line: Omit<Extract<JournalLine, { kind: 'begin' }>, 'kind' | 'v'>) => void;
  readonly open: (group: string) => void;
  readonly policy: (group: string, policy: Policy) => void;
  readonly input: (group: string, input: GroupInput) => void;
  readonly decision: (decision: Decision) => void;
};

/** Lines to whatever takes text. */
export function createJournal(write: (line: string) => void): Journal {
  const put = (line: JournalLine): void => write(`${JSON.stringify(line)}\n`);
  return {
    begin: (line) => put({ kind: 'begin', v: 1, ...line }),
    open: (group) => put({ kind: 'open', group }),
    policy: (group, policy) => put({ kind: 'policy', group, policy }),
    input: (group, input) => put({ kind: 'input', group, input }),
    decision: (decision) => put({ kind: 'decision', decision }),
  };
}
