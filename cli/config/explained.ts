// Each setting of a run: what it is, what it would be by itself, and who said otherwise.

import { usageError } from '../exit.ts';
import { redactedSetting } from '../redact.ts';
import { unknownName } from '../suggest.ts';
import { harmless, type Paint, table } from '../text.ts';
import { type Setting, settingsCatalogue } from './catalogue.ts';
import { type ConfigFile, isRecord } from './file.ts';
import { type Env, type Flags, namesBus, settingsFrom } from './settings.ts';

export type Origin = 'flag' | 'env' | 'context' | 'file' | 'default';

export type ExplainedSetting = {
  readonly key: string;
  readonly value: unknown;
  readonly default: unknown;
  readonly range: string;
  readonly meaning: string;
  readonly origin: Origin;
  /** Which flag, variable, context or file; null for a default. */
  readonly from: string | null;
  readonly flag: string | null;
  readonly env: string | null;
};

export type ExplainReport = { readonly v: 1; readonly settings: readonly ExplainedSetting[] };

/** Where values may come from, the first going before the next. */
export type Sources = {
  readonly flags: Flags;
  readonly env: Env;
  /** A config file's worth of what the context says; null: no context. */
  readonly context: { readonly name: string; readonly says: ConfigFile } | null;
  /** The config file by itself. */
  readonly file: { readonly name: string; readonly says: ConfigFile } | null;
  /** The file under the context, as a run would use it. */
  readonly merged: ConfigFile;
};

/** @throws {PipelineError} CONFIG_INVALID for values that do not fit together. */
export function explainReport(sources: Sources): ExplainReport {
  const effective = effectiveOf(sources);
  const known = settingsCatalogue.map((setting) => explained(setting, effective, sources));
  return {
    v: 1,
    settings: [...known, ...groupSettings(effective, sources)],
  };
}

/** @throws {PipelineError} CONFIG_INVALID naming the key that was probably meant. */
export function onlyKey(report: ExplainReport, key: string): ExplainReport {
  const settings = report.settings.filter(
    (each) => each.key === key || each.key.startsWith(`${key}.`),
  );
  if (settings.length > 0) return { ...report, settings };
  const names = settingsCatalogue.map((setting) => setting.key);
  const near = names.find((name) => name.endsWith(`.${key}`));
  throw usageError(
    near === undefined
      ? `There is ${unknownName('setting', key, names).replace(/ \(.*?\)/s, '')} (regionpilot config explain lists them)`
      : `There is no setting ${key}: did you mean ${near}?`,
  );
}

type Effective = Readonly<Record<string, unknown>>;

/** A run's settings in the shape of a config file. */
export function effectiveOf({
  flags,
  env,
  merged,
}: Pick<Sources, 'flags' | 'env' | 'merged'>): Effective {
  const named = namesBus(flags, env, merged);
  const { bus, topics, aggregator } = settingsFrom(
    named ? flags : { ...flags, file: ':memory:' },
    env,
    merged,
  );
  const { instance, consumerGroup, snapshotMs, policy, groups } = aggregator;
  return {
    bus: named ? bus : {},
    topics,
    aggregator: { instance, consumerGroup, snapshotMs },
    policy,
    groups,
    api: merged.api,
    doctor: merged.doctor,
  };
}

function explained(setting: Setting, effective: Effective, sources: Sources): ExplainedSetting {
  const { key, fallback, range, meaning, env } = setting;
  const found = at(effective, key.split('.'));
  const value = found === undefined ? fallback : found;
  return {
    key,
    value: redactedSetting(key, value),
    default: fallback,
    range,
    meaning,
    ...(found === undefined ? byItself : originOf(setting, sources)),
    flag: setting.flag === null ? null : flagText(setting.flag),
    env,
  };
}

/** Also what somebody says of a bus that is not the one in use. */
const byItself = { origin: 'default', from: null } as const;

function originOf(
  { key, flag, env }: Setting,
  sources: Sources,
): Pick<ExplainedSetting, 'origin' | 'from'> {
  if (flag !== null && sources.flags[flag] !== undefined)
    return { origin: 'flag', from: flagText(flag) };
  const variable = env === null ? undefined : sources.env[env];
  if (variable !== undefined && variable !== '') return { origin: 'env', from: env };
  if (key === 'bus.kind') return kindOrigin(sources);
  const { context, file } = sources;
  if (at(context?.says, key.split('.')) !== undefined)
    return { origin: 'context', from: context?.name ?? null };
  if (at(file?.says, key.split('.')) !== undefined)
    return { origin: 'file', from: file?.name ?? null };
  return byItself;
}

/** The kind follows from whoever names brokers or a file first. */
function kindOrigin(sources: Sources): Pick<ExplainedSetting, 'origin' | 'from'> {
  const implied = ['bus.brokers', 'bus.file'].map((key) => {
    const setting = settingsCatalogue.find((each) => each.key === key);
    return setting === undefined ? null : originOf(setting, sources);
  });
  const order: readonly Origin[] = ['flag', 'env', 'context', 'file'];
  const first = order.flatMap((origin) => implied.find((each) => each?.origin === origin) ?? []);
  return first[0] ?? byItself;
}

/** What a file says of single groups, and nothing it does not say. */
function groupSettings(
  effective: Effective,
  { file, merged }: Sources,
): readonly ExplainedSetting[] {
  return Object.entries(merged.groups ?? {}).flatMap(([group, { regions, policy }]) => {
    const of = (name: string, meaning: string, range: string, fallback: unknown) => ({
      key: `groups.${group}.${name}`,
      value: at(effective, ['groups', group, ...name.split('.')]) ?? null,
      default: fallback,
      range,
      meaning,
      origin: 'file' as const,
      from: file?.name ?? null,
      flag: null,
      env: null,
    });
    const overrides = Object.keys(policy ?? {}).flatMap((name) => {
      const base = settingsCatalogue.find(({ key }) => key === `policy.${name}`);
      const fallback = at(effective, ['policy', name]);
      return base === undefined ? [] : [of(`policy.${name}`, base.meaning, base.range, fallback)];
    });
    const order =
      regions === undefined ? [] : [of('regions', 'regions in order of preference', 'names', [])];
    return [...order, ...overrides];
  });
}

/** The value under a path. */
function at(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (found, step) => (isRecord(found) && Object.hasOwn(found, step) ? found[step] : undefined),
    value,
  );
}

function flagText(flag: keyof Flags): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function explainedLines({ settings }: ExplainReport, paint: Paint): readonly string[] {
  if (settings.length === 1) return settings.flatMap((each) => oneLines(each, paint));
  const rows = settings.map((each) => [
    each.key,
    each.origin === 'default' ? valueText(each.value) : paint('strong', valueText(each.value)),
    originText(each),
    harmless(each.meaning),
  ]);
  return table(['SETTING', 'VALUE', 'FROM', 'MEANING'], rows);
}

function oneLines(setting: ExplainedSetting, paint: Paint): readonly string[] {
  const { key, value, meaning, range, flag, env } = setting;
  const ways = [flag, env, `${key} in a config file`].filter((way) => way !== null).join(', ');
  return [
    `${paint('strong', key)} = ${valueText(value)}`,
    `  ${harmless(meaning)}`,
    `  from     ${originText(setting)}`,
    `  default  ${valueText(setting.default)}`,
    `  range    ${range}`,
    `  set by   ${ways}`,
  ];
}

function originText({ origin, from }: ExplainedSetting): string {
  return from === null ? origin : `${origin} ${harmless(from)}`;
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return harmless(typeof value === 'string' ? value : JSON.stringify(value));
}
