// Commands that are meant to wait. While one is in flight its connection is neither stalled nor
// slow, and whatever was sent behind it waits with it.

const waiting: readonly string[] = [
  'blpop',
  'brpop',
  'brpoplpush',
  'blmove',
  'blmovem',
  'blmpop',
  'bzpopmin',
  'bzpopmax',
  'bzmpop',
  'wait',
  'waitaof',
];
const waitingWithBlock: readonly string[] = ['xread', 'xreadgroup'];

// Names keep the caller's casing; looking both spellings up is cheaper than folding each name.
const always = new Set(bothCases(waiting));
const whenBlocked = new Set(bothCases(waitingWithBlock));

/** Does this command wait for something other than the server's attention? */
export function isMeantToWait(name: string, args: readonly unknown[]): boolean {
  if (always.has(name)) return true;
  return whenBlocked.has(name) && hasWord(args, 'BLOCK');
}

/** Is the word among the leading options? Only strings count: values may be buffers. */
export function hasWord(args: readonly unknown[], word: string): boolean {
  return args.some((arg) => typeof arg === 'string' && arg.toUpperCase() === word);
}

function bothCases(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, name.toUpperCase()]);
}
