// What may come next on a half-typed line. Names that only the log knows (groups, regions) are asked
// for by kind; whoever calls looks them up, or does without.

import { topicNames } from '@regionpilot/protocol';
import type { Command, Option } from 'commander';
import { locate, nextArgument, type Place } from './locate.ts';

export type NameKind = 'group' | 'region' | 'context';

export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** The shell knows best. */
  | { readonly kind: 'files'; readonly prefix: string }
  /** Wanted from the log, or from the user's contexts. */
  | {
      readonly kind: 'names';
      readonly of: NameKind;
      readonly also: readonly string[];
      readonly prefix: string;
    };

/** @param words The line without the program's name; the last may be empty or half-typed. */
export function candidates(program: Command, words: readonly string[]): Candidates {
  const place = locate(program, words.slice(0, -1));
  const typed = words.at(-1) ?? '';
  const equals = /^(--[a-z-]+)=(.*)$/.exec(typed);
  if (place.option !== null) return ofOption(place.option, typed, '');
  if (equals !== null && !place.onlyArguments) {
    const [, name = '', value = ''] = equals;
    const option = place.command.options.find(({ long }) => long === name);
    return option === undefined ? none : ofOption(option, value, `${name}=`);
  }
  if (typed.startsWith('-') && !place.onlyArguments) return matching(optionNames(place), typed);
  return ofArgument(place, typed);
}

const none: Candidates = { kind: 'words', words: [] };

function matching(all: readonly string[], typed: string, prefix = ''): Candidates {
  const fitting = all.filter((word) => word.startsWith(typed));
  return { kind: 'words', words: fitting.map((word) => `${prefix}${word}`) };
}

function ofOption(option: Option, typed: string, prefix: string): Candidates {
  if (option.argChoices !== undefined) return matching(option.argChoices, typed, prefix);
  const wants = /<([^>]+)>|\[([^\]]+)\]/.exec(option.flags);
  return ofPlaceholder(option.name(), wants?.[1] ?? wants?.[2] ?? '', prefix);
}

function ofArgument(place: Place, typed: string): Candidates {
  const subcommands = place.given.length === 0 ? visible(place.command) : [];
  const argument = nextArgument(place);
  if (argument === null) return matching(subcommands, typed);
  if (argument.argChoices !== undefined)
    return matching([...subcommands, ...argument.argChoices], typed);
  if (argument.name() === 'topics') return matching(topicNames, typed);
  const found = ofPlaceholder(argument.name(), argument.name(), '');
  // Where every group can be meant at once, that is a name too.
  const all = argument.description.includes('"*"') && '*'.startsWith(typed) ? ['*'] : [];
  return found.kind === 'names' ? { ...found, also: all } : found;
}

const namesByWord: Readonly<Record<string, NameKind>> = {
  group: 'group',
  use: 'region',
  avoid: 'region',
  context: 'context',
};

const fileWords = ['path', 'files', 'journal', 'a', 'b'];

/** @param name The option's or argument's own name. @param value What its help says it takes. */
function ofPlaceholder(name: string, value: string, prefix: string): Candidates {
  if (fileWords.includes(value.replace('...', ''))) return { kind: 'files', prefix };
  const of = namesByWord[name];
  if (of === undefined || (of === 'region' && value !== 'region')) return none;
  return { kind: 'names', of, also: [], prefix };
}

function optionNames({ command, used }: Place): readonly string[] {
  const open = command.options.filter(
    ({ long, hidden, variadic }) => long != null && !hidden && (variadic || !used.has(long)),
  );
  return [...open.flatMap(({ long }) => long ?? []), '--help'];
}

function visible(command: Command): readonly string[] {
  const names = command.commands
    .map((each) => each.name())
    .filter((name) => !name.startsWith('__'));
  return command.parent === null ? [...names, 'help'] : names;
}
