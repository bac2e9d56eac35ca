// Which instances a rule is for. Patterns are RE2, so that no rules file can hang the engine, and
// match the whole value; a missing label is the empty text.

import type { Labels, Matcher } from '@regionpilot/protocol';
import { RE2JS } from 're2js';

export type Only = (labels: Labels) => boolean;

/** A pattern that does not compile matches nothing; `patternProblem` says so beforehand. */
export function onlyOf(matchers: readonly Matcher[]): Only {
  const tests = matchers.map(testOf);
  return (labels) => tests.every((test) => test(labels));
}

/** Null: it compiles. */
export function patternProblem({ op, value }: Matcher): string | null {
  if (op === '=' || op === '!=') return null;
  try {
    RE2JS.compile(value);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function testOf({ label, op, value }: Matcher): Only {
  if (patternProblem({ label, op, value }) !== null) return () => false;
  const labelOf = (labels: Labels): string =>
    Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  switch (op) {
    case '=':
      return (labels) => labelOf(labels) === value;
    case '!=':
      return (labels) => labelOf(labels) !== value;
    case '=~':
    case '!~': {
      const pattern = RE2JS.compile(value);
      return (labels) => pattern.matches(labelOf(labels)) === (op === '=~');
    }
  }
}
