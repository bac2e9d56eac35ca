// Which command a half-typed line belongs to, and what the next word would be: a value of an option, an
// option, a subcommand or an argument. Read off the command tree itself, so that it cannot lag behind.

import type { Argument, Command, Option } from 'commander';

export type Place = {
  readonly command: Command;
  /** The option whose value comes next; null: none. */
  readonly option: Option | null;
  /** Arguments of the command already given. */
  readonly given: readonly string[];
  /** Long names of options already given. */
  readonly used: ReadonlySet<string>;
  /** After `--`: only arguments follow. */
  readonly onlyArguments: boolean;
};

/** @param words What stands before the word in question, without the program's name. */
export function locate(program: Command, words: readonly string[]): Place {
  let place: Place = {
    command: program,
    option: null,
    given: [],
    used: new Set(),
    onlyArguments: false,
  };
  for (const word of words) place = after(place, word);
  return place;
}

function after(place: Place, word: string): Place {
  const { command, option, given, onlyArguments } = place;
  if (option !== null) return { ...place, option: null };
  if (onlyArguments) return { ...place, given: [...given, word] };
  if (word === '--') return { ...place, onlyArguments: true };
  if (word.startsWith('-') && word !== '-') return afterOption(place, word);
  const sub =
    given.length === 0 ? command.commands.find((each) => isCalled(each, word)) : undefined;
  return sub === undefined
    ? { ...place, given: [...given, word] }
    : { ...place, command: sub, given: [], used: new Set() };
}

function afterOption(place: Place, word: string): Place {
  const [name = ''] = word.split('=');
  const option = place.command.options.find((each) => each.long === name || each.short === name);
  if (option === undefined) return place;
  const used = new Set([...place.used, option.long ?? name]);
  const wantsValue = (option.required || option.optional) && !word.includes('=');
  return { ...place, used, option: wantsValue ? option : null };
}

function isCalled(command: Command, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}

/** The argument that comes next, or null when there is none. */
export function nextArgument({ command, given }: Place): Argument | null {
  const all = command.registeredArguments;
  const last = all.at(-1);
  return all[given.length] ?? (last?.variadic === true ? last : null);
}
