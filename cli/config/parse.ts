// Text of a YAML or JSON file to settings, or to every reason why not.

import { type Policy, parsePolicy } from '@regionpilot/aggregator';
import { formatProblems, PipelineError, type Problem } from '@regionpilot/protocol';
import { parse, YAMLParseError } from 'yaml';
import { type ConfigFile, configProblems, isRecord, policyProblems } from './file.ts';
import { told } from './suggestions.ts';

/** @throws {PipelineError} CONFIG_INVALID with one line per problem. */
export function parseConfigFile(name: string, text: string): ConfigFile {
  const parsed = parseText(name, text) ?? {};
  failOn(name, configProblems(parsed));
  return parsed as ConfigFile;
}

/**
 * A policy on its own, or the `policy` section of a whole config file.
 * @throws {PipelineError} CONFIG_INVALID with one line per problem.
 */
export function parsePolicyFile(name: string, text: string): Policy {
  return parsePolicy(policySection(name, text));
}

/** The same, not yet over the defaults. */
export function policySection(name: string, text: string): Readonly<Record<string, unknown>> {
  const parsed = parseText(name, text) ?? {};
  const policy = isRecord(parsed) && isRecord(parsed['policy']) ? parsed['policy'] : parsed;
  if (!isRecord(policy)) throw invalid(name, [notAnObject(policy)]);
  failOn(name, policyProblems('policy', policy, {}));
  return policy;
}

/** @throws {PipelineError} CONFIG_INVALID naming line and column. */
function parseText(name: string, text: string): unknown {
  try {
    return parse(text, { prettyErrors: true });
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw notYaml(name, cause);
  }
}

function notYaml(name: string, cause: YAMLParseError): PipelineError {
  const reason = cause.message.split('\n')[0]?.replace(/:$/, '') ?? '';
  const message = `${name} is neither YAML nor JSON: ${reason}`;
  return new PipelineError('CONFIG_INVALID', message, { cause, retriable: false });
}

function failOn(name: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalid(name, problems.map(told));
}

function invalid(name: string, problems: readonly Problem[]): PipelineError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const message = `${name} has ${count}\n${formatProblems(problems)}`;
  return new PipelineError('CONFIG_INVALID', message, { problems, retriable: false });
}

function notAnObject(value: unknown): Problem {
  return { path: '', value: JSON.stringify(value), expected: 'settings by name' };
}
