// From what an operator typed to a silence that may be written. It mutes pages, so whatever would mute
// more than anybody could mean is refused: no matchers, all pages, or for ever.

import { endedSilence, mutesEveryPage, parseMatcher } from '@regionpilot/alerts';
import {
  alertsTopicSchemas,
  formatProblems,
  type Matcher,
  problemsOf,
  type Silence,
} from '@regionpilot/protocol';
import type { AlertsSilenceRequest } from '../commands/alerts-order.ts';
import { usageError } from '../exit.ts';
import { starting } from './target.ts';

/** @throws {PipelineError} CONFIG_INVALID with every matcher that cannot be read, and where. */
export function matchersOf(texts: readonly string[]): readonly Matcher[] {
  const parsed = texts.map((text) => ({ text, parsed: parseMatcher(text) }));
  const problems = parsed.flatMap(({ text, parsed: each }, at) =>
    each.kind === 'problem'
      ? [`matcher ${at + 1} of ${texts.length}, character ${troubleAt(text)}: ${each.problem}`]
      : [],
  );
  if (problems.length === 1) throw usageError(problems[0] ?? '');
  if (problems.length > 1)
    throw usageError([`${problems.length} matchers cannot be read`, ...problems].join('\n'));
  return parsed.flatMap(({ parsed: each }) => (each.kind === 'matcher' ? [each.matcher] : []));
}

/** @throws {PipelineError} CONFIG_INVALID. */
export function silenceToSet(
  request: Pick<AlertsSilenceRequest, 'matchers' | 'for' | 'reason' | 'everything'>,
  id: string,
  author: string,
  nowMs: number,
): Silence {
  const matchers = matchersOf(request.matchers);
  if (request.everything !== true && mutesEveryPage(matchers)) {
    throw usageError(
      'This would mute every page, whatever it is about: say which alerts (alertname=…, group=…), or give --everything',
    );
  }
  return checked({
    v: 1,
    kind: 'silence',
    id,
    matchers,
    startsMs: nowMs,
    endsMs: nowMs + request.for,
    author,
    reason: request.reason.trim(),
  });
}

/** @throws {PipelineError} CONFIG_INVALID. */
export function silenceToEnd(
  silence: Silence,
  author: string,
  reason: string,
  nowMs: number,
): Silence {
  const ended = endedSilence(silence, author, reason, nowMs);
  if (ended === null) throw usageError('A silence is ended with a reason of 1 to 1,900 characters');
  return checked(ended);
}

/** @throws {PipelineError} CONFIG_INVALID when nothing, or more than one silence, is meant. */
export function findSilence(
  id: string,
  silences: ReadonlyMap<string, Silence>,
  nowMs: number,
): Silence {
  const found = starting(id, [...silences.keys()]).flatMap((each) => silences.get(each) ?? []);
  const live = found.filter(({ endsMs }) => endsMs > nowMs);
  const [silence] = live;
  if (live.length > 1)
    throw usageError(`${id} may mean ${live.map((each) => each.id).join(', ')}: type more of it`);
  if (silence !== undefined) return silence;
  throw usageError(
    found.length > 0
      ? `Silence ${found[0]?.id} is over already`
      : `There is no silence ${id}: "regionpilot alerts silences" shows them`,
  );
}

function checked(silence: Silence): Silence {
  const problems = problemsOf(alertsTopicSchemas.silence, silence);
  if (problems.length > 0) throw usageError(`This is no silence\n${formatProblems(problems)}`);
  return silence;
}

/** From 1: the operator that is missing, or the value that cannot be read. */
function troubleAt(text: string): number {
  const label = /^\s*("(?:[^"\\]|\\.)*"|[^\s"=!~{},\\]*)\s*/su.exec(text)?.[0] ?? '';
  const operator = /^(=~|!~|!=|=)\s*/.exec(text.slice(label.length))?.[0] ?? '';
  return label.trim() === '' ? 1 : label.length + operator.length + 1;
}
