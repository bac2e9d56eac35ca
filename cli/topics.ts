// Topics in words: what was changed, what is weaker than wanted.

import type { TopicChange, TopicProblem } from '@regionpilot/bus';
import type { TopicSpec } from '@regionpilot/protocol';
import { table } from './text.ts';

export function appliedLines(
  changes: readonly TopicChange[],
  problems: readonly TopicProblem[],
  topics: number,
): readonly string[] {
  if (changes.length === 0 && problems.length === 0) {
    return [`all ${topics} topics are as wanted; nothing to change`];
  }
  const changed = table(
    ['TOPIC', 'CHANGE'],
    changes.map(({ topic, change }) => [topic, change]),
  );
  const left =
    problems.length === 0 ? [] : ['', 'not to be changed in place:', ...problemLines(problems)];
  return [...changed, ...left];
}

export function verifiedLines(
  problems: readonly TopicProblem[],
  wanted: readonly TopicSpec[],
): readonly string[] {
  return problems.length === 0
    ? [`all ${wanted.length} topics are as wanted`]
    : problemLines(problems);
}

function problemLines(problems: readonly TopicProblem[]): readonly string[] {
  const rows = problems.map(({ topic, setting, got, wanted }) => [topic, setting, got, wanted]);
  return table(['TOPIC', 'SETTING', 'GOT', 'WANTED'], rows);
}

/** `regionpilot.events: replication got 1, wanted at least 3`. */
export function problemText({ topic, setting, got, wanted }: TopicProblem): string {
  return setting === 'missing'
    ? `${topic}: there is no such topic`
    : `${topic}: ${setting} got ${got}, wanted ${wanted}`;
}
