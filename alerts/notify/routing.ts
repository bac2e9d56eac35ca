// Who is told of an alert. The routing tree is Alertmanager's: the deepest first child that matches
// takes the alert, and later siblings get it too where `continue` says so. The root takes whatever
// nobody else took, whatever its own matchers say: an alert that no route wants must still page.

import type { Alert, Labels } from '@regionpilot/protocol';
import type { Rhythm, Route } from '../route.ts';
import { compileMatchers, formatMatcher, type LabelTest } from './matchers.ts';

/** A route with its matchers compiled and its way from the root in words. */
export type RouteNode = {
  readonly path: readonly string[];
  readonly matches: LabelTest;
  readonly continue: boolean;
  readonly receivers: readonly string[];
  readonly groupBy: readonly string[];
  readonly rhythm: Rhythm;
  readonly routes: readonly RouteNode[];
};

/** One matched route, for people. */
export type RouteExplanation = {
  /** From the root: `root`, then the matchers of each route on the way. */
  readonly path: readonly string[];
  readonly receivers: readonly string[];
  readonly groupLabels: Labels;
  readonly rhythm: Rhythm;
};

/** `groupBy: ['...']`: every alert by itself. */
export const groupByAll = '...';

export function compileRoute(route: Route): RouteNode {
  return compileAt(route, ['root']);
}

/** What matchers see of an alert: its labels and `severity`. */
export function viewOf(alert: Pick<Alert, 'labels' | 'severity'>): Labels {
  return { ...alert.labels, severity: alert.severity };
}

/** The routes that take an alert with these labels (`severity` among them); never empty. */
export function routesFor(root: RouteNode, labels: Labels): readonly RouteNode[] {
  const taken: RouteNode[] = [];
  for (const child of root.routes) {
    if (!child.matches(labels)) continue;
    taken.push(...routesFor(child, labels));
    if (!child.continue) break;
  }
  return taken.length === 0 ? [root] : taken;
}

/** The values that make a group. A label the alert does not have is left out. */
export function groupLabelsOf(groupBy: readonly string[], alert: Alert): Labels {
  if (groupBy.includes(groupByAll)) return alert.labels;
  const view = viewOf(alert);
  const names = groupBy.filter((name) => Object.hasOwn(view, name));
  return Object.fromEntries(names.map((name) => [name, view[name] ?? '']));
}

/** What would become of an alert with these labels: `regionpilot alerts routes test`. */
export function explainRoutes(route: Route, labels: Labels): readonly RouteExplanation[] {
  return routesFor(compileRoute(route), labels).map((node) => ({
    path: node.path,
    receivers: node.receivers,
    groupLabels: pick(labels, node.groupBy),
    rhythm: node.rhythm,
  }));
}

function compileAt(route: Route, path: readonly string[]): RouteNode {
  return {
    path,
    matches: compileMatchers(route.match),
    continue: route.continue,
    receivers: route.receivers,
    groupBy: route.groupBy,
    rhythm: {
      groupWaitMs: route.groupWaitMs,
      groupIntervalMs: route.groupIntervalMs,
      repeatIntervalMs: route.repeatIntervalMs,
    },
    routes: route.routes.map((child) => compileAt(child, [...path, wordsOf(child)])),
  };
}

function wordsOf(route: Route): string {
  return `{${route.match.map(formatMatcher).join(', ')}}`;
}

function pick(labels: Labels, groupBy: readonly string[]): Labels {
  const all = groupBy.includes(groupByAll);
  const entries = Object.entries(labels);
  return Object.fromEntries(
    entries.filter(([name]) => (all ? name !== 'severity' : groupBy.includes(name))),
  );
}
