// A handful of Redis commands over a Map: enough for light clients on a machine without Redis. What
// it does not know it refuses as Redis would, so that nobody mistakes it for more than it is.

import { array, bulk, failure, integer, map, nothing, ok, simple } from './resp.ts';

type Entry = { readonly value: string; readonly expiresMs: number };
export type Keyspace = Map<string, Entry>;

/** One client's connection. */
export type Session = { resp3: boolean };

type Command = (call: {
  readonly keys: Keyspace;
  readonly session: Session;
  readonly args: readonly string[];
  readonly nowMs: number;
}) => string;

/** Name in capitals → fewest arguments, and what it does. */
const commands: Readonly<Record<string, readonly [number, Command]>> = {
  PING: [0, ({ args }) => (args[0] === undefined ? simple('PONG') : bulk(args[0]))],
  ECHO: [1, ({ args }) => bulk(args[0] ?? '')],
  HELLO: [0, ({ session, args }) => hello(session, args[0])],
  INFO: [0, () => bulk('# Server\r\nredis_version:7.0.0\r\nloading:0\r\nrole:master\r\n')],
  CLIENT: [1, () => ok],
  AUTH: [1, () => ok],
  SELECT: [1, ({ args }) => (args[0] === '0' ? ok : failure('ERR DB index is out of range'))],
  COMMAND: [0, () => array([])],
  QUIT: [0, () => ok],
  GET: [1, (call) => bulkOrNothing(entryAt(call.keys, call.args[0], call.nowMs)?.value)],
  SET: [2, ({ keys, args, nowMs }) => set(keys, args, nowMs)],
  INCR: [1, ({ keys, args, nowMs }) => incr(keys, args[0] ?? '', nowMs)],
  DEL: [1, ({ keys, args }) => integer(args.filter((key) => keys.delete(key)).length)],
  EXISTS: [
    1,
    ({ keys, args, nowMs }) =>
      integer(args.filter((key) => entryAt(keys, key, nowMs) !== null).length),
  ],
  DBSIZE: [0, ({ keys }) => integer(keys.size)],
};

/** The reply to one request. */
export function execute(
  keys: Keyspace,
  session: Session,
  [name = '', ...args]: readonly string[],
  nowMs: number,
): string {
  const known = Object.hasOwn(commands, name.toUpperCase()) && commands[name.toUpperCase()];
  if (!known) return failure(`ERR unknown command '${name.slice(0, 32)}'`);
  const [fewest, run] = known;
  if (args.length < fewest) {
    return failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  }
  return run({ keys, session, args, nowMs });
}

function entryAt(keys: Keyspace, key: string | undefined, nowMs: number): Entry | null {
  const entry = keys.get(key ?? '');
  if (entry === undefined) return null;
  if (entry.expiresMs > nowMs) return entry;
  keys.delete(key ?? '');
  return null;
}

function hello(session: Session, version: string | undefined): string {
  if (version !== undefined && version !== '2' && version !== '3') {
    return failure('NOPROTO unsupported protocol version');
  }
  if (version !== undefined) session.resp3 = version === '3';
  const fields = [
    ...[bulk('server'), bulk('redis'), bulk('version'), bulk('7.0.0')],
    ...[bulk('proto'), integer(session.resp3 ? 3 : 2), bulk('mode'), bulk('standalone')],
    ...[bulk('role'), bulk('master'), bulk('modules'), array([])],
  ];
  return map(fields, session.resp3);
}

function set(
  keys: Keyspace,
  [key = '', value = '', ...options]: readonly string[],
  nowMs: number,
): string {
  const words = options.map((word) => word.toUpperCase());
  const exists = entryAt(keys, key, nowMs) !== null;
  if ((words.includes('NX') && exists) || (words.includes('XX') && !exists)) return nothing;
  const lifeMs = durationOf(words, 'EX', 1_000) ?? durationOf(words, 'PX', 1);
  if (lifeMs !== undefined && !(lifeMs > 0)) {
    return failure("ERR invalid expire time in 'set' command");
  }
  keys.set(key, { value, expiresMs: nowMs + (lifeMs ?? Number.POSITIVE_INFINITY) });
  return ok;
}

function durationOf(words: readonly string[], unit: string, unitMs: number): number | undefined {
  const at = words.indexOf(unit);
  return at === -1 ? undefined : Number(words[at + 1]) * unitMs;
}

function incr(keys: Keyspace, key: string, nowMs: number): string {
  const entry = entryAt(keys, key, nowMs);
  const value = Number(entry?.value ?? 0) + 1;
  if (!Number.isSafeInteger(value)) {
    return failure('ERR value is not an integer or out of range');
  }
  keys.set(key, { value: `${value}`, expiresMs: entry?.expiresMs ?? Number.POSITIVE_INFINITY });
  return integer(value);
}

function bulkOrNothing(value: string | undefined): string {
  return value === undefined ? nothing : bulk(value);
}
