// Which labels a matcher means. Regular expressions are RE2, for they come from files and from
// operators in a hurry, and a pattern that backtracks for minutes would stop every page. They match
// the whole value, and a label that is not there is the empty text: the two rules of Alertmanager,
// so that a matcher copied from there means the same here.

import type { Labels, Matcher } from '@regionpilot/protocol';
import { RE2JS } from 're2js';

export type LabelTest = (labels: Labels) => boolean;

export type ParsedMatcher =
  | { readonly kind: 'matcher'; readonly matcher: Matcher }
  | { readonly kind: 'problem'; readonly problem: string };

/**
 * All of them must match; none at all matches everything.
 * @throws what RE2 says of a pattern it refuses; ask `matcherProblems` first.
 */
export function compileMatchers(matchers: readonly Matcher[]): LabelTest {
  const tests = matchers.map(compile);
  return (labels) => tests.every((test) => test(labels));
}

/** What is wrong with them, one line each; empty: nothing. */
export function matcherProblems(matchers: readonly Matcher[]): readonly string[] {
  return matchers.flatMap((matcher) => {
    if (matcher.label === '') return [`${formatMatcher(matcher)}: a matcher needs a label name`];
    const problem = isRegex(matcher) ? patternProblem(matcher.value) : null;
    return problem === null ? [] : [`${formatMatcher(matcher)}: ${problem}`];
  });
}

/** Reads `region=~"eu-.*"`, `region=us`, `"odd name"!="x"`. Quotes are optional; `\"`, `\\`, `\n` in them. */
export function parseMatcher(text: string): ParsedMatcher {
  const parts = matcherShape.exec(text);
  if (parts === null) return problemOf(text, 'expected LABEL=VALUE, with =, !=, =~ or !~');
  const label = unquote(parts[1] ?? '');
  const value = unquote(parts[3] ?? '');
  if (label === null || value === null)
    return problemOf(text, 'a quote is not closed, or text follows it');
  const matcher: Matcher = { label, op: parts[2] as Matcher['op'], value };
  const [problem] = matcherProblems([matcher]);
  return problem === undefined ? { kind: 'matcher', matcher } : { kind: 'problem', problem };
}

/** As `parseMatcher` reads it. */
export function formatMatcher(matcher: Matcher): string {
  const label = bareName.test(matcher.label) ? matcher.label : quote(matcher.label);
  return `${label}${matcher.op}${quote(matcher.value)}`;
}

const bareName = /^[^\s"=!~{},\\]+$/u;
const matcherShape = /^\s*("(?:[^"\\]|\\.)*"|[^\s"=!~{},\\]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/su;
const quotedWhole = /^"((?:[^"\\]|\\.)*)"$/su;
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

function compile(matcher: Matcher): LabelTest {
  const { label, value } = matcher;
  switch (matcher.op) {
    case '=':
      return (labels) => textOf(labels, label) === value;
    case '!=':
      return (labels) => textOf(labels, label) !== value;
    case '=~':
      return patternTest(label, value);
    case '!~': {
      const test = patternTest(label, value);
      return (labels) => !test(labels);
    }
  }
}

function patternTest(label: string, pattern: string): LabelTest {
  const whole = RE2JS.compile(pattern);
  return (labels) => whole.testExact(textOf(labels, label));
}

/** Labels come from outside: `constructor` must not find what every object has. */
function textOf(labels: Labels, label: string): string {
  return Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
}

function isRegex(matcher: Matcher): boolean {
  return matcher.op === '=~' || matcher.op === '!~';
}

function patternProblem(pattern: string): string | null {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Null: begins with a quote but is not one quoted text. */
function unquote(text: string): string | null {
  if (!text.startsWith('"')) return text;
  const inner = quotedWhole.exec(text)?.[1];
  return inner?.replace(/\\(.)/gsu, (whole, char: string) => escapes[char] ?? whole) ?? null;
}

function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}

function problemOf(text: string, problem: string): ParsedMatcher {
  return { kind: 'problem', problem: `${text.slice(0, 200)}: ${problem}` };
}
