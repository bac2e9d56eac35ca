// What one aggregator process is told.

import {
  formatProblems,
  isName,
  PipelineError,
  type Problem,
  topicDefaults,
} from '@regionpilot/protocol';
import { type Policy, parsePolicy } from './policy.ts';
import { foldingSettings } from './policy-settings.ts';

export type GroupSettings = {
  /** Regions in order of preference; empty: as clients name them, by name. */
  readonly regions: readonly string[];
  readonly policy: Policy;
};

export type AggregatorConfig = {
  /** Name of this process; a random suffix makes each start unique. Default `aggregator`. */
  readonly instance: string;
  /** Default `regionpilot.` */
  readonly topicPrefix: string;
  /** Aggregators with the same name share the work. Default `regionpilot-aggregator`. */
  readonly consumerGroup: string;
  readonly policy: Policy;
  /** Groups that differ from `policy` or want an order of regions. */
  readonly groups: Readonly<Record<string, GroupSettings>>;
  /** Time between two snapshots of a partition, ms, 500–60,000. Default 3,000. */
  readonly snapshotMs: number;
};

type GroupInput = { readonly regions?: readonly string[]; readonly policy?: object };

/** What a config file may say; everything has a default. */
export type AggregatorInput = {
  readonly instance?: string;
  readonly topicPrefix?: string;
  readonly consumerGroup?: string;
  readonly policy?: object;
  readonly groups?: Readonly<Record<string, GroupInput>>;
  readonly snapshotMs?: number;
};

/** @throws {PipelineError} CONFIG_INVALID, naming every problem at once. */
export function parseAggregatorConfig(input: AggregatorInput): AggregatorConfig {
  const problems: Problem[] = [];
  const policyOr = (path: string, given: object): Policy => {
    try {
      return parsePolicy(given);
    } catch (error) {
      problems.push(...policyProblems(path, error));
      return parsePolicy({});
    }
  };
  const config: AggregatorConfig = {
    instance: input.instance ?? 'aggregator',
    topicPrefix: input.topicPrefix ?? topicDefaults.prefix,
    consumerGroup: input.consumerGroup ?? 'regionpilot-aggregator',
    policy: policyOr('policy', input.policy ?? {}),
    groups: Object.fromEntries(
      Object.entries(input.groups ?? {}).map(([group, given]) => [
        group,
        {
          regions: given.regions ?? [],
          policy: policyOr(`groups.${group}.policy`, { ...input.policy, ...given.policy }),
        },
      ]),
    ),
    snapshotMs: input.snapshotMs ?? 3_000,
  };
  problems.push(...shapeProblems(config), ...foldingProblems(config));
  if (problems.length === 0) return config;
  throw new PipelineError('CONFIG_INVALID', `Aggregator config: ${formatProblems(problems)}`, {
    problems,
    retriable: false,
  });
}

/** The settings of a group, configured or not. */
export function settingsOf(config: AggregatorConfig, group: string): GroupSettings {
  const own = Object.hasOwn(config.groups, group) ? config.groups[group] : undefined;
  return own ?? { regions: [], policy: config.policy };
}

function foldingProblems({ policy, groups }: AggregatorConfig): readonly Problem[] {
  return Object.entries(groups).flatMap(([group, own]) =>
    foldingSettings
      .filter((setting) => own.policy[setting] !== policy[setting])
      .map((setting) => ({
        path: `groups.${group}.policy.${setting}`,
        value: String(own.policy[setting]),
        expected: `${policy[setting]}, as for all groups: set it in policy.${setting}`,
      })),
  );
}

function shapeProblems(config: AggregatorConfig): readonly Problem[] {
  const names: readonly (readonly [string, unknown])[] = [
    ['instance', config.instance],
    ['topicPrefix', config.topicPrefix],
    ['consumerGroup', config.consumerGroup],
    ...Object.entries(config.groups).flatMap(([group, { regions }]) => [
      [`groups.${group}`, group] as const,
      ...regions.map((region, i) => [`groups.${group}.regions.${i}`, region] as const),
    ]),
  ];
  const wrong = names
    .filter(([, name]) => !isName(name))
    .map(([path, name]) => ({
      path,
      value: JSON.stringify(name) ?? 'nothing',
      expected: 'a name',
    }));
  const { snapshotMs } = config;
  const inRange = Number.isInteger(snapshotMs) && snapshotMs >= 500 && snapshotMs <= 60_000;
  return inRange
    ? wrong
    : [
        ...wrong,
        { path: 'snapshotMs', value: String(snapshotMs), expected: 'integer from 500 to 60000' },
      ];
}

function policyProblems(path: string, error: unknown): readonly Problem[] {
  const problems =
    error instanceof PipelineError ? (error.details['problems'] as readonly Problem[]) : [];
  return problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
}
