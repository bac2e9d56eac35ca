/** The contexts file of this user: read when a command needs to know, written whole. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Env } from '../config/settings.ts';
import {
  type Context,
  type Contexts,
  contextInForce,
  contextsPath,
  contextsText,
  type NamedContext,
  noContexts,
  parseContexts,
} from '../context/contexts.ts';
import { usageError } from '../exit.ts';
import { fileExists, readText, unreadable } from './text-files.ts';

/** @throws {PipelineError} CONFIG_INVALID, FILE_UNREADABLE. */
export function readContexts(env: Env): Contexts {
  const file = contextsPath(env);
  if (file === null || !fileExists(file)) return noContexts;
  return parseContexts(file, readText(file));
}

/** The context that counts for a run, or null. @throws {PipelineError} when a named one is unknown. */
export function currentContext(flag: string | undefined, env: Env): NamedContext | null {
  return contextInForce(readContexts(env), flag, env);
}

/** @throws {PipelineError} CONFIG_INVALID without a home, FILE_UNREADABLE. */
export function writeContexts(contexts: Contexts, env: Env): string {
  const file = contextsPath(env);
  if (file === null) throw usageError('Contexts want a home: set HOME or XDG_CONFIG_HOME');
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, contextsText(contexts), { mode: 0o600 });
    renameSync(draft, file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return file;
}

const paths = ['config', 'file', 'tlsCaFile', 'saslPasswordFile', 'apiTokenFile'] as const;

/** A context is used from anywhere: files are remembered by their whole path. */
export function withWholePaths(context: Context): Context {
  const whole = paths.flatMap((field) => {
    const value = context[field];
    if (value === undefined || value === ':memory:' || isAbsolute(value)) return [];
    return [[field, resolve(value)]];
  });
  return { ...context, ...Object.fromEntries(whole) };
}
