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
const waits = new Map([
  ...bothCases(waiting).map((name) => [name, 'always'] as const),
  ...bothCases(waitingWithBlock).map((name) => [name, 'whenBlocked'] as const),
]);

/** Does this command wait for something other than the server's attention? */
export function isMeantToWait(name: string, args: readonly unknown[]): boolean {
  const when = waits.get(name);
  return when !== undefined && (when === 'always' || hasWord(args, 'BLOCK'));
}

/** Is the word among the leading options? Only strings count: values may be buffers. */
export function hasWord(args: readonly unknown[], word: string): boolean {
  return args.some((arg) => typeof arg === 'string' && arg.toUpperCase() === word);
}

function bothCases(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, name.toUpperCase()]);
}
