// Named deployments of one person: which config file or which bus a name stands for. A context goes
// before its config file and behind flags and environment, and never holds a secret: secrets are
// named by file.

import {
  formatProblems,
  namePattern,
  PipelineError,
  type Problem,
  problemsOf,
} from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { parse, stringify } from 'yaml';
import type { BusPlan, ConfigFile } from '../config/file.ts';
import { type Env, type Flags, settingsFrom } from '../config/settings.ts';
import { usageError } from '../exit.ts';
import { unknownName } from '../suggest.ts';

/** One deployment, in the words of the flags that would name it. */
export type Context = {
  readonly config?: string;
  readonly bus?: 'kafka' | 'embedded';
  readonly brokers?: string;
  readonly file?: string;
  readonly prefix?: string;
  readonly tls?: boolean;
  readonly tlsCaFile?: string;
  readonly saslMechanism?: string;
  readonly saslUsername?: string;
  readonly saslPasswordFile?: string;
  /** Where its HTTP API is, and the file with a token for it. */
  readonly apiUrl?: string;
  readonly apiTokenFile?: string;
};

export type Contexts = {
  /** What is used when nobody names one. */
  readonly current: string | null;
  readonly contexts: Readonly<Record<string, Context>>;
};

export const noContexts: Contexts = { current: null, contexts: {} };

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1, maxLength: 4_096 });

const contextFields = Type.Partial(
  Type.Object(
    {
      config: text,
      bus: Type.Enum(['kafka', 'embedded']),
      brokers: text,
      file: text,
      prefix: text,
      tls: Type.Boolean(),
      tlsCaFile: text,
      saslMechanism: text,
      saslUsername: text,
      saslPasswordFile: text,
      // No user:password@ in an address: that would be a secret.
      apiUrl: Type.String({ pattern: '^https?://[^\\s/@?#]+(/[^\\s@?#]*)?$' }),
      apiTokenFile: text,
    },
    closed,
  ),
  closed,
);

const contextsSchema: TSchema = Type.Object(
  {
    current: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    contexts: Type.Optional(
      Type.Record(Type.String({ pattern: namePattern }), contextFields, closed),
    ),
  },
  closed,
);

/** Names of what a context may say. */
export const contextFieldNames: readonly string[] = Object.keys(contextFields.properties);

/** Null where neither the environment nor the user's home says where settings live. */
export function contextsPath(env: Env): string | null {
  const { XDG_CONFIG_HOME: config, HOME: home } = env;
  const base = config ? config : home ? `${home}/.config` : null;
  return base === null ? null : `${base}/regionpilot/contexts.yaml`;
}

/** @throws {PipelineError} CONFIG_INVALID with every problem. */
export function parseContexts(name: string, source: string): Contexts {
  const parsed = parseYaml(name, source) ?? {};
  failOn(name, problemsOf(contextsSchema, parsed));
  const { current = null, contexts = {} } = parsed as Partial<Contexts>;
  if (current !== null && !Object.hasOwn(contexts, current)) {
    failOn(name, [
      { path: 'current', value: JSON.stringify(current), expected: 'a context of this file' },
    ]);
  }
  return { current, contexts };
}

export function contextsText({ current, contexts }: Contexts): string {
  return stringify({ current, contexts });
}

/** A context in words, checked as the file would be. @throws {PipelineError} CONFIG_INVALID. */
export function checkedContext(name: string, context: Context): Context {
  failOn('the context', problemsOf(contextsSchema, { contexts: { [name]: context } }));
  // What flags may not say together, a context may not either.
  if (context.config === undefined) settingsFrom(context as Flags, {}, {});
  else busOf(context);
  return context;
}

export type NamedContext = { readonly name: string; readonly context: Context };

/** The context that counts: `--context`, then REGIONPILOT_CONTEXT, then the one in use; null: none. */
export function contextInForce(
  { contexts, current }: Contexts,
  flag: string | undefined,
  env: Env,
): NamedContext | null {
  const named = env['REGIONPILOT_CONTEXT'];
  const name = flag ?? (named === '' ? undefined : named) ?? current;
  if (name === null) return null;
  return { name, context: contextNamed(contexts, name) };
}

/** @throws {PipelineError} CONFIG_INVALID naming those there are. */
export function contextNamed(contexts: Contexts['contexts'], name: string): Context {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found !== undefined) return found;
  throw usageError(`There is ${unknownName('context', name, Object.keys(contexts).sort())}`);
}

/** A config file as this context sees it. */
export function underContext(context: Context, file: ConfigFile): ConfigFile {
  const bus = busOf(context, file);
  const { prefix } = context;
  return {
    ...file,
    ...(bus === null ? {} : { bus }),
    ...(prefix === undefined ? {} : { topics: { ...file.topics, prefix } }),
  };
}

function busOf(context: Context, file: ConfigFile = {}): BusPlan | null {
  const { config: _config, prefix: _prefix, apiUrl: _url, apiTokenFile: _token, ...bus } = context;
  return Object.keys(bus).length === 0 ? null : settingsFrom(bus as Flags, {}, file).bus;
}

function parseYaml(name: string, source: string): unknown {
  try {
    return parse(source);
  } catch (cause) {
    throw notYaml(name, cause as Error);
  }
}

function notYaml(name: string, cause: Error): PipelineError {
  const message = `${name} is no YAML: ${cause.message.split('\n')[0]}`;
  return new PipelineError('CONFIG_INVALID', message, { cause, retriable: false });
}

function failOn(name: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const message = `${name} cannot be used\n${formatProblems(problems)}`;
  throw new PipelineError('CONFIG_INVALID', message, { problems, retriable: false });
}
