// The routing tree and the inhibitions as written, to the same with every field. A child takes over
// what it does not say, so that a tree says each thing once.

import type { Matcher } from '@regionpilot/protocol';
import Type from 'typebox';
import { parseMatcher } from '../notify/matchers.ts';
import type { InhibitRule, Rhythm, Route } from '../route.ts';
import {
  anyObject,
  duration,
  fieldFlaws,
  isRecord,
  list,
  ms,
  section,
  text,
  under,
} from './fields.ts';
import { didYouMean, type Flaw, flaw } from './flaw.ts';
import type { InhibitInput, RouteInput } from './input.ts';

const day = 86_400_000;
const labels = list('label names', text(128));
const matchers = list('matchers such as severity="page"', text(1_024));

const routeFields = section(
  {},
  {
    match: matchers,
    receivers: list('receiver names', text(64)),
    groupBy: labels,
    groupWait: duration(0, 3_600_000),
    groupInterval: duration(1_000, day),
    repeatInterval: duration(0, 30 * day),
    continue: Type.Boolean({ wanted: 'true or false' }),
    routes: list('routes', anyObject),
  },
);
const inhibitFields = section({ source: matchers, target: matchers }, { equal: labels });

export const rhythmDefaults: Rhythm = {
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
};
export const groupByDefault: readonly string[] = ['alertname', 'group'];

/** Below a root that says nothing of its children: a page waits for nothing. What comes with it is
 * told a `groupInterval` later. */
export const shippedRoutes: readonly RouteInput[] = [
  { match: ['severity="page"'], groupWait: '0s' },
];

/**
 * What explains what. A region that is down explains that it was suspected and that single clients
 * fail on it. It explains a burning budget only as long as it is a page, which is while moving away
 * has not helped: once it has, callers who still fail are news again. `noSafeTarget` mutes no
 * `regionDown`, although both fire together: the second names the region and its evidence, and a
 * page that closes while its region is still down reads as if it were mended.
 */
export const shippedInhibit: readonly InhibitInput[] = [
  {
    source: ['alertname="regionDown"'],
    target: ['alertname=~"regionSuspect|clientFailingAlone"'],
    equal: ['group', 'region'],
  },
  {
    source: ['alertname="regionDown"', 'severity="page"'],
    target: ['alertname=~"errorBudgetBurn.*"'],
    equal: ['group'],
  },
  // Where nothing is safe nothing can be moved: that it was not is no second news.
  {
    source: ['alertname="noSafeTarget"'],
    target: ['alertname=~"failoverFailed|failoverNotConverging"'],
    equal: ['group'],
  },
];

/** Every problem of a route and all below it. `known`: the receivers there are. */
export function routeFlaws(
  path: string,
  route: unknown,
  known: readonly string[],
  above: Rhythm = rhythmDefaults,
): readonly Flaw[] {
  const shape = fieldFlaws(routeFields, route, path);
  if (!isRecord(route)) return shape;
  const rhythm = shape.length === 0 ? rhythmOf(route, above) : above;
  return [
    ...shape,
    ...matcherFlaws(under(path, 'match'), route['match']),
    ...receiverNameFlaws(under(path, 'receivers'), route['receivers'], known),
    ...rhythmFlaws(path, route, rhythm),
    ...items(route['routes']).flatMap((child, i) =>
      routeFlaws(under(path, `routes.${i}`), child, known, rhythm),
    ),
  ];
}

export function rootFlaws(route: unknown, known: readonly string[]): readonly Flaw[] {
  if (route === undefined) return [];
  const flaws = routeFlaws('route', route, known);
  if (!isRecord(route)) return flaws;
  const { match, receivers } = route;
  const nobody = Array.isArray(receivers) && receivers.length === 0;
  return [
    ...flaws,
    ...(match === undefined
      ? []
      : [flaw('route.match', match, 'nothing here: the first route takes what no other took')]),
    ...(nobody ? [flaw('route.receivers', receivers, 'at least one receiver')] : []),
  ];
}

export function inhibitFlaws(inhibit: unknown): readonly Flaw[] {
  if (inhibit === undefined) return [];
  if (!Array.isArray(inhibit)) return [flaw('inhibit', inhibit, 'a list of inhibitions')];
  return items(inhibit).flatMap((rule, i) => {
    const path = `inhibit.${i}`;
    const sides = isRecord(rule) ? (['source', 'target'] as const) : [];
    return [
      ...fieldFlaws(inhibitFields, rule, path),
      ...sides.flatMap((side) => {
        const value = (rule as InhibitInput)[side];
        const empty = Array.isArray(value) && value.length === 0;
        const flaws = matcherFlaws(`${path}.${side}`, value);
        // No matchers match everything: such a rule would mute every alert there is.
        return empty ? [flaw(`${path}.${side}`, value, 'at least one matcher')] : flaws;
      }),
    ];
  });
}

/** Matchers that do not parse; what is no text was said before. */
export function matcherFlaws(path: string, texts: unknown): readonly Flaw[] {
  return items(texts).flatMap((each, i) => {
    if (typeof each !== 'string') return [];
    const parsed = parseMatcher(each);
    if (parsed.kind === 'matcher') return [];
    return [flaw(`${path}.${i}`, each, `a matcher (${reasonOf(parsed.problem, each)})`)];
  });
}

export function receiverNameFlaws(
  path: string,
  names: unknown,
  known: readonly string[],
): readonly Flaw[] {
  return items(names).flatMap((name, i) =>
    typeof name !== 'string' || known.includes(name)
      ? []
      : [unknownReceiver(`${path}.${i}`, name, known)],
  );
}

export function unknownReceiver(path: string, name: string, known: readonly string[]): Flaw {
  const some = known.length > 20 ? [...known.slice(0, 20), '…'] : known;
  const wanted = known.length === 0 ? 'a receiver, but none is there' : `one of ${some.join(', ')}`;
  return flaw(path, name, wanted, didYouMean(name, known));
}

function rhythmFlaws(path: string, route: RouteInput, rhythm: Rhythm): readonly Flaw[] {
  const { groupIntervalMs, repeatIntervalMs } = rhythm;
  const said = (['repeatInterval', 'groupInterval'] as const).find((each) => each in route);
  if (said === undefined || repeatIntervalMs === 0 || groupIntervalMs <= repeatIntervalMs)
    return [];
  return [
    flaw(
      under(path, said),
      route[said],
      `groupInterval (${groupIntervalMs / 1_000}s) at most repeatInterval (${repeatIntervalMs / 1_000}s)`,
    ),
  ];
}

/** A tree that was checked before, with every field. `everybody`: who is told where it does not say. */
export function routeOf(input: RouteInput, everybody: readonly string[]): Route {
  const above: Route = {
    ...rhythmDefaults,
    match: [],
    receivers: everybody,
    continue: false,
    groupBy: groupByDefault,
    routes: [],
  };
  return laidOver({ routes: shippedRoutes, ...input }, above);
}

function laidOver(input: RouteInput, above: Route): Route {
  const own = {
    ...rhythmOf(input, above),
    match: matchersOf(input.match),
    receivers: input.receivers ?? above.receivers,
    continue: input.continue ?? false,
    groupBy: input.groupBy ?? above.groupBy,
  };
  const route = { ...own, routes: [] };
  return { ...own, routes: (input.routes ?? []).map((child) => laidOver(child, route)) };
}

function rhythmOf(input: RouteInput, above: Rhythm): Rhythm {
  return {
    groupWaitMs: ms(input.groupWait, above.groupWaitMs),
    groupIntervalMs: ms(input.groupInterval, above.groupIntervalMs),
    repeatIntervalMs: ms(input.repeatInterval, above.repeatIntervalMs),
  };
}

export function inhibitOf(input: readonly InhibitInput[]): readonly InhibitRule[] {
  return input.map(({ source, target, equal = [] }) => ({
    source: matchersOf(source),
    target: matchersOf(target),
    equal,
  }));
}

export function matchersOf(texts: readonly string[] = []): readonly Matcher[] {
  return texts.flatMap((text) => {
    const parsed = parseMatcher(text);
    return parsed.kind === 'matcher' ? [parsed.matcher] : [];
  });
}

function reasonOf(problem: string, text: string): string {
  return problem.startsWith(text) ? problem.slice(text.length).replace(/^: /, '') : problem;
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
