/**
 * From what a person writes to the config of one alerting process, every default filled in, or to
 * every reason why not, each with its line. Whoever mends ten mistakes one run at a time mends them
 * badly, and a config that is half right is refused whole: the running one is better than a guess.
 */
import { PipelineError } from '@regionpilot/protocol';
import type { AlertingConfig, Beat } from '../config.ts';
import type { Rule } from '../rule.ts';
import { shippedRules } from '../rules/shipped.ts';
import { alertsFlaws } from './check.ts';
import { alertingDefaults, beatEveryMs } from './defaults.ts';
import { type Document, type Finding, readDocument } from './document.ts';
import { isRecord, ms } from './fields.ts';
import { type ConfigProblem, type Flaw, placed, problemLine } from './flaw.ts';
import type { AlertsInput, BeatInput } from './input.ts';
import { withObjectives } from './objectives.ts';
import { receiverOf } from './receivers.ts';
import { inhibitOf, routeOf, shippedInhibit } from './routes.ts';
import { rulesOf } from './rules.ts';
import { configWarnings } from './warnings.ts';

export type { AlertsInput } from './input.ts';

/** More problems than this are counted, not listed. */
const mostListed = 100;

export type ReadAlerts = {
  readonly config: AlertingConfig;
  /** One line each, with its place: allowed, but probably not meant. */
  readonly warnings: readonly string[];
};

/**
 * Reads the text of an alerts file, YAML or JSON. `name` is only for messages.
 * @throws {PipelineError} CONFIG_INVALID with one line per problem; `details.problems` has them as
 * data: path, line, column, value, expected, suggestion. Values that may be secrets are left out.
 */
export function parseAlertsFile(name: string, text: string): AlertingConfig {
  return readAlertsFile(name, text).config;
}

/** The same, with what is allowed but probably not meant. Throws likewise. */
export function readAlertsFile(name: string, text: string): ReadAlerts {
  const document = readDocument(text);
  const input = document.value ?? {};
  const problems = [
    ...document.findings.map(unreadable),
    // What could not be read is missing from the value: whatever else it says may be nonsense.
    ...(document.findings.some(({ path }) => path === '') ? [] : located(document, input)),
  ];
  if (problems.length > 0) throw refused(name, problems);
  const config = configOf(input as AlertsInput);
  const warnings = configWarnings(config).map(({ path, message }) => {
    const place = document.placeOf(path);
    const where = place === null ? name : `${name}:${place.line}:${place.column}`;
    return `${where} ${path}: ${message}`;
  });
  return { config, warnings };
}

/**
 * For programs: the same checks and defaults over the same shape.
 * @throws {PipelineError} CONFIG_INVALID.
 */
export function alertingConfig(input: AlertsInput): AlertingConfig {
  const problems = alertsFlaws(input, shippedRules).map((each) => placed(each, null));
  if (problems.length > 0) throw refused('alerting config', problems);
  return configOf(input);
}

function located(document: Document, input: unknown): readonly ConfigProblem[] {
  const said = new Set(document.findings.map(({ path }) => path));
  return alertsFlaws(input, shippedRules)
    .filter(({ path }) => !said.has(path))
    .map((each: Flaw) => placed(each, document.placeOf(each.path)))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function unreadable({ path, place, message }: Finding): ConfigProblem {
  return placed({ path, value: '', expected: message, suggestion: null }, place);
}

function refused(name: string, problems: readonly ConfigProblem[]): PipelineError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const listed = problems.slice(0, mostListed);
  const left = problems.length - listed.length;
  const lines = listed.map((problem) => problemLine(name, problem));
  const rest = left === 0 ? [] : [`and ${left} more`];
  const message = [`${name} has ${count}`, ...lines, ...rest].join('\n');
  return new PipelineError('CONFIG_INVALID', message, { problems: listed, retriable: false });
}

/** Of an input that was checked. */
function configOf(input: AlertsInput): AlertingConfig {
  const { receivers = {}, flapping = {}, route = {}, inhibit = shippedInhibit } = input;
  const { changes, windowMs } = alertingDefaults.flapping;
  const heartbeat = beatOf(input.heartbeat);
  const probe = beatOf(input.probe);
  const apart = new Set([heartbeat?.receiver, probe?.receiver]);
  const names = Object.keys(receivers);
  return {
    deployment: input.deployment ?? alertingDefaults.deployment,
    runbookBase: input.runbookBase ?? alertingDefaults.runbookBase,
    dashboardBase: input.dashboardBase ?? alertingDefaults.dashboardBase,
    rules: rulesIn(input),
    flapping: { changes: flapping.changes ?? changes, windowMs: ms(flapping.window, windowMs) },
    route: routeOf(
      route,
      names.filter((name) => !apart.has(name)),
    ),
    inhibit: inhibitOf(inhibit),
    receivers: Object.entries(receivers).map(([name, each]) => receiverOf(name, each)),
    startDelayMs: ms(input.startDelay, alertingDefaults.startDelayMs),
    heartbeat,
    probe,
  };
}

function rulesIn({ rules = {}, objectives }: AlertsInput): readonly Rule[] {
  const laid = rulesOf(rules, shippedRules);
  return isRecord(objectives) ? withObjectives(laid, objectives) : laid;
}

function beatOf(beat: BeatInput | undefined): Beat | null {
  if (beat === undefined) return null;
  return { receiver: beat.receiver, everyMs: ms(beat.every, beatEveryMs) };
}
