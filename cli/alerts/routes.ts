// "Who would be told?" as an answer: each way through the tree, with its receivers, group and rhythm.

import {
  type AlertingConfig,
  dedupKeyOf,
  deploymentIn,
  explainRoutes,
  parseMatcher,
  type RouteExplanation,
} from '@regionpilot/alerts';
import { formatDuration, type Labels, partitionOf, type Severity } from '@regionpilot/protocol';
import { usageError } from '../exit.ts';
import { labelsText } from './list-lines.ts';

export type RoutesReport = {
  readonly v: 1;
  readonly labels: Labels;
  readonly routes: readonly (RouteExplanation & { readonly dedupKey: string })[];
};

/** `partitions` of the `alerts` topic: dedup keys differ between them. */
export function routesReport(
  { route, deployment }: AlertingConfig,
  labels: Labels,
  severity: Severity,
  partitions = 1,
): RoutesReport {
  const group = labels['group'];
  const own = deploymentIn(deployment, group === undefined ? 0 : partitionOf(group, partitions));
  const seen = { ...labels, severity };
  const routes = explainRoutes(route, seen).map((each) => ({
    ...each,
    dedupKey: dedupKeyOf(own, each.groupLabels),
  }));
  return { v: 1, labels: seen, routes };
}

export function routesLines({ labels, routes }: RoutesReport): readonly string[] {
  return [labelsText(labels), ...routes.flatMap((route) => ['', ...routeLines(route)])];
}

function routeLines(route: RoutesReport['routes'][number]): readonly string[] {
  const { path, receivers, groupLabels, rhythm, dedupKey } = route;
  const group = Object.entries(groupLabels).map(([name, value]) => `${name}=${value}`);
  const repeat = rhythm.repeatIntervalMs === 0 ? 'never' : duration(rhythm.repeatIntervalMs);
  return [
    `route ${path.join(' > ')}`,
    `  receivers: ${receivers.length === 0 ? 'nobody' : receivers.join(', ')}`,
    `  group: ${group.length === 0 ? 'all in one' : group.join(' ')}`,
    `  rhythm: first after ${duration(rhythm.groupWaitMs)}, changes every ${duration(rhythm.groupIntervalMs)}, repeated ${repeat === 'never' ? repeat : `every ${repeat}`}`,
    `  dedup key: ${dedupKey}`,
  ];
}

function duration(ms: number): string {
  return ms === 0 ? '0s' : formatDuration(ms);
}

/** @throws {PipelineError} CONFIG_INVALID naming every text that is no LABEL=VALUE. */
export function labelsGiven(texts: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  const problems: string[] = [];
  for (const text of texts) {
    const parsed = parseMatcher(text);
    if (parsed.kind === 'problem') problems.push(parsed.problem);
    else if (parsed.matcher.op !== '=')
      problems.push(`${text}: an alert has labels, so only LABEL=VALUE`);
    else if (parsed.matcher.label === 'severity') problems.push(`${text}: give --severity instead`);
    else labels[parsed.matcher.label] = parsed.matcher.value;
  }
  if (problems.length > 0)
    throw usageError(
      problems.length === 1 ? (problems[0] ?? '') : ['These are no labels', ...problems].join('\n'),
    );
  return labels;
}
