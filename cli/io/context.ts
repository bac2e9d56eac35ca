/** `regionpilot context`: the user's named deployments, listed and changed. */
import type {
  ContextListRequest,
  ContextNameRequest,
  ContextSetRequest,
  ContextShowRequest,
} from '../commands/context.ts';
import { checkedContext, contextInForce, contextNamed, contextsPath } from '../context/contexts.ts';
import { contextLines, contextsReport } from '../context/lines.ts';
import { type ExitCode, exitCodes, usageError } from '../exit.ts';
import { harmless } from '../text.ts';
import { readContexts, withWholePaths, writeContexts } from './contexts-file.ts';
import { outJson, outLines, paintFor, type Session } from './session.ts';

export async function listContexts(
  session: Session,
  request: ContextListRequest,
): Promise<ExitCode> {
  const report = contextsReport(contextsPath(session.env) ?? '', readContexts(session.env));
  if (request.json === true) outJson(session, report);
  else outLines(session, contextLines(report, paintFor(session)));
  return exitCodes.ok;
}

export async function showContext(
  session: Session,
  request: ContextShowRequest,
): Promise<ExitCode> {
  const found = readContexts(session.env);
  const chosen =
    request.name === undefined
      ? contextInForce(found, undefined, session.env)
      : { name: request.name, context: contextNamed(found.contexts, request.name) };
  if (chosen === null) throw usageError('No context is in use: "regionpilot context use NAME"');
  const { name, context } = chosen;
  if (request.json === true) outJson(session, { v: 1, name, settings: context });
  else {
    const rows = Object.entries(context).map(([field, value]) => `  ${field}: ${String(value)}`);
    outLines(session, [name, ...rows].map(harmless));
  }
  return exitCodes.ok;
}

export async function useContext(session: Session, request: ContextNameRequest): Promise<ExitCode> {
  const found = readContexts(session.env);
  contextNamed(found.contexts, request.name);
  writeContexts({ ...found, current: request.name }, session.env);
  return said(session, request, `${request.name} is used from now on`);
}

export async function setContext(session: Session, request: ContextSetRequest): Promise<ExitCode> {
  const { name, use } = request;
  const found = readContexts(session.env);
  const context = checkedContext(name, withWholePaths(request.settings));
  const current = use === true ? name : found.current;
  const file = writeContexts(
    { current, contexts: { ...found.contexts, [name]: context } },
    session.env,
  );
  return said(session, request, `${name} is kept in ${file}`);
}

export async function deleteContext(
  session: Session,
  request: ContextNameRequest,
): Promise<ExitCode> {
  const { contexts, current } = readContexts(session.env);
  contextNamed(contexts, request.name);
  const { [request.name]: _gone, ...rest } = contexts;
  writeContexts(
    { current: current === request.name ? null : current, contexts: rest },
    session.env,
  );
  return said(session, request, `${request.name} is forgotten`);
}

type Said = { readonly name: string; readonly json?: boolean };

function said(session: Session, { name, json }: Said, words: string): ExitCode {
  const { current } = readContexts(session.env);
  if (json === true) outJson(session, { v: 1, name, current });
  else outLines(session, [harmless(words)]);
  return exitCodes.ok;
}
