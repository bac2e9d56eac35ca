// Scenario 35, and what matchers and routes mean.

import { describe, expect, test } from 'vitest';
import {
  compileMatchers,
  formatMatcher,
  matcherProblems,
  parseMatcher,
} from '../../../../alerts/notify/matchers.ts';
import { compileRoute, explainRoutes, routesFor } from '../../../../alerts/notify/routing.ts';
import { standingOf } from '../../../../alerts/notify/standing.ts';
import {
  configOf,
  hookOf,
  matchers,
  openDesk,
  printOf,
  routeOf,
  silenceOf,
} from '../../../support/alerts-notify.ts';

describe('matchers', () => {
  const matches = (text: string, labels: Record<string, string>) =>
    compileMatchers(matchers(text))(labels);

  test('a pattern must match the whole value, a missing label is the empty text', () => {
    expect(matches('region=~"eu"', { region: 'eu-west' })).toBe(false);
    expect(matches('region=~"eu-.*"', { region: 'eu-west' })).toBe(true);
    expect(matches('region=~"a|eu-west"', { region: 'eu-west' })).toBe(true);
    expect(matches('region!~"eu-.*"', { region: 'us' })).toBe(true);
    expect(matches('region=""', {})).toBe(true);
    expect(matches('region=~".+"', {})).toBe(false);
    expect(matches('region!="eu"', {})).toBe(true);
    expect(matches('constructor=""', {})).toBe(true);
  });

  test('none at all match everything', () => {
    expect(compileMatchers([])({})).toBe(true);
  });

  test('quotes are optional, and escapes, dots and UTF-8 are read', () => {
    const read = (text: string) => parseMatcher(text);
    const matcher = (label: string, op: '=' | '!=' | '=~' | '!~', value: string) => ({
      kind: 'matcher',
      matcher: { label, op, value },
    });
    expect(read('region=~"eu-.*"')).toEqual(matcher('region', '=~', 'eu-.*'));
    expect(read(' region = eu west ')).toEqual(matcher('region', '=', 'eu west'));
    expect(read('cloud.region!=us')).toEqual(matcher('cloud.region', '!=', 'us'));
    expect(read('größe!~"[0-9]+"')).toEqual(matcher('größe', '!~', '[0-9]+'));
    expect(read('"odd = name"="say \\"hi\\" \\\\ twice"')).toEqual(
      matcher('odd = name', '=', 'say "hi" \\ twice'),
    );
    expect(read('url=http://x/?a=b')).toEqual(matcher('url', '=', 'http://x/?a=b'));
    expect(read('region=')).toEqual(matcher('region', '=', ''));
  });

  test('what is no matcher is refused with a reason', () => {
    for (const text of ['', 'region', '="x"', 'a="b', 'a="b"c', 'a=~"("', 'a b=c']) {
      expect(parseMatcher(text)).toMatchObject({ kind: 'problem' });
    }
    expect(matcherProblems(matchers('a=b'))).toEqual([]);
    expect(matcherProblems([{ label: 'a', op: '=~', value: '(' }])[0]).toContain('a=~"("');
  });

  test('what is formatted is read back the same', () => {
    const odd = { label: 'a "b" {c}', op: '!=', value: 'line\nand \\ and "quote"' } as const;
    expect(parseMatcher(formatMatcher(odd))).toEqual({ kind: 'matcher', matcher: odd });
  });

  test('a pattern that would take others for ever is answered at once', () => {
    expect(matches('a=~"(x+x+)+y"', { a: 'x'.repeat(5000) })).toBe(false);
  });
});

test('scenario 35: routing, silence and standing agree on quotes, dots and UTF-8', () => {
  const labels = { alertname: 'a', 'cloud.region': 'eu "west"', größe: 'schön' };
  const text = '"cloud.region"="eu \\"west\\""';
  const special = routeOf({ match: matchers(text, 'größe=~"sch.n"'), receivers: ['special'] });
  const route = routeOf({ routes: [special] });
  const desk = openDesk(configOf({ receivers: [hookOf('hook'), hookOf('special')], route }));
  desk.fire(labels);
  desk.to(2);
  expect(desk.notices.map(({ receiver }) => receiver)).toEqual(['special']);
  desk.silence(silenceOf('s', 2, 60, text));
  expect(standingOf(desk.state(), printOf(labels)).silencedBy).toEqual(['s']);
});

describe('routes', () => {
  const deep = routeOf({ match: matchers('region=eu'), receivers: ['deep'], groupBy: ['region'] });
  const root = routeOf({
    routes: [
      routeOf({ match: matchers('severity=page'), receivers: ['pages'], continue: true }),
      routeOf({ match: matchers('team=cache'), receivers: ['team'], routes: [deep] }),
      routeOf({ match: matchers('team=~".+"'), receivers: ['never'] }),
    ],
  });
  const receiversOf = (labels: Record<string, string>) =>
    routesFor(compileRoute(root), labels).flatMap(({ receivers }) => receivers);

  test('the deepest first child takes it, and later siblings where it says continue', () => {
    expect(receiversOf({})).toEqual(['hook']);
    expect(receiversOf({ severity: 'page' })).toEqual(['pages']);
    expect(receiversOf({ team: 'cache' })).toEqual(['team']);
    expect(receiversOf({ team: 'cache', region: 'eu' })).toEqual(['deep']);
    expect(receiversOf({ team: 'cache', region: 'eu', severity: 'page' })).toEqual([
      'pages',
      'deep',
    ]);
  });

  test('the way is explained from the root', () => {
    expect(explainRoutes(root, { team: 'cache', region: 'eu' })).toEqual([
      {
        path: ['root', '{team="cache"}', '{region="eu"}'],
        receivers: ['deep'],
        groupLabels: { region: 'eu' },
        rhythm: { groupWaitMs: 1000, groupIntervalMs: 1000, repeatIntervalMs: 0 },
      },
    ]);
  });
});
