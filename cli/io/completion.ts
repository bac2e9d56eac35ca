/** `regionpilot completion` and `__complete`: whatever happens, a shell is answered within a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { topicFullName } from '@regionpilot/protocol';
import type { CompleteRequest, CompletionRequest } from '../commands/completion.ts';
import { type Candidates, candidates, type NameKind } from '../completion/candidates.ts';
import { locate } from '../completion/locate.ts';
import { completionScript, filesMark } from '../completion/scripts.ts';
import type { Flags } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { harmless } from '../text.ts';
import { readContexts } from './contexts-file.ts';
import { readDecisions } from './explain.ts';
import { loadSettings } from './files.ts';
import { openBus } from './open-bus.ts';
import { outLines, type Session } from './session.ts';

/** Starting up takes its share of the second too. */
const answerMs = 500;

export async function runCompletion(
  session: Session,
  { shell }: CompletionRequest,
): Promise<ExitCode> {
  session.out(completionScript(shell));
  return exitCodes.ok;
}

export async function complete(session: Session, request: CompleteRequest): Promise<ExitCode> {
  const found = candidates(request.program, request.words);
  outLines(session, await linesOf(session, request, found));
  return exitCodes.ok;
}

async function linesOf(
  session: Session,
  { words, program }: CompleteRequest,
  found: Candidates,
): Promise<readonly string[]> {
  switch (found.kind) {
    case 'files':
      return [filesMark];
    case 'words':
      return found.words;
    case 'names': {
      const typed = (words.at(-1) ?? '').slice(found.prefix.length);
      const flags = flagsOn(program, words);
      const names = await namesWithin(session, flags, found.of);
      return [...found.also, ...names]
        .filter((name) => name.startsWith(typed) && harmless(name) === name && !/\s/.test(name))
        .map((name) => `${found.prefix}${name}`);
    }
  }
}

/** Late names are no names: nobody waits for a completion. */
async function namesWithin(
  session: Session,
  flags: Flags,
  of: NameKind,
): Promise<readonly string[]> {
  const names = namesOf(session, flags, of).catch(() => []);
  const bound = sleep(answerMs, [], { ref: false });
  return Promise.race([names, bound]);
}

async function namesOf(session: Session, flags: Flags, of: NameKind): Promise<readonly string[]> {
  if (of === 'context') return Object.keys(readContexts(session.env).contexts).sort();
  const settings = loadSettings(flags, session);
  // Not closed: the process ends with the answer, and closing may take longer than it.
  const bus = await openBus(settings.bus);
  const decisions = await readDecisions(bus, topicFullName(settings.topics.prefix, 'decisions'));
  if (of === 'group') return [...decisions.keys()].sort();
  return [...new Set([...decisions.values()].flatMap(({ regions }) => regions))].sort();
}

/** What the line says so far of the bus. */
function flagsOn(program: CompleteRequest['program'], words: readonly string[]): Flags {
  const { command } = locate(program, words);
  const values = words.flatMap((word, i) => {
    const [name = '', inline] = word.split(/=(.*)/s);
    const option = command.options.find(({ long }) => long === name);
    if (option === undefined || !option.required) return [];
    const value = inline ?? words[i + 1];
    return value === undefined ? [] : [[option.attributeName(), value] as const];
  });
  return Object.fromEntries(values);
}
