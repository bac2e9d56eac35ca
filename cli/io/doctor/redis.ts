/** A Redis or Valkey server asked two things: are you there, and how are you? */
import { isIP } from 'node:net';
import { type RedisFact, type RedisTarget, redisInfo } from '../../doctor/redis.ts';
import { converse } from './sockets.ts';

/** @param password Null: the server wants none. Never throws. */
export async function askRedis(
  target: RedisTarget,
  password: string | null,
  timeoutMs: number,
): Promise<RedisFact> {
  const { host, port, tls } = target;
  const security = tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {};
  const login = password === null ? '' : resp('AUTH', password);
  const startedMs = performance.now();
  try {
    const say = `${login}${resp('PING')}${resp('INFO')}`;
    const read = (heard: Buffer) => readAnswers(heard, password !== null);
    const answer = await converse({ host, port, ...security }, say, read, timeoutMs);
    const tookMs = performance.now() - startedMs;
    switch (answer.kind) {
      case 'info':
        return { target, answer: { kind: 'answered', tookMs, info: redisInfo(answer.text) } };
      case 'locked':
        return { target, answer: { kind: 'locked', tookMs } };
      case 'refused':
        return { target, answer: { kind: 'silent', reason: answer.text } };
    }
  } catch (error) {
    return { target, answer: { kind: 'silent', reason: (error as Error).message } };
  }
}

function resp(...words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}

type Answers =
  | { readonly kind: 'info'; readonly text: string }
  | { readonly kind: 'locked' }
  | { readonly kind: 'refused'; readonly text: string };

/** No server has more to say of itself. */
const mostBytes = 1_048_576;

/** Null until everything asked is answered. */
function readAnswers(heard: Buffer, loggedIn: boolean): Answers | null {
  const foreign: Answers = { kind: 'refused', text: 'something else than Redis answers' };
  const text = heard.toString('utf8');
  if (heard.length > mostBytes || !/^[+$-]/.test(text)) return foreign;
  if (/(^|\r\n)-(NOAUTH|WRONGPASS|NOPERM)/.test(text)) return { kind: 'locked' };
  // A server without a password says no to one, and then answers what was asked.
  const [ping = '', head] = text.split('\r\n').slice(loggedIn ? 1 : 0);
  if (ping.startsWith('-')) return { kind: 'refused', text: ping.slice(1, 200) };
  const length = /^\$(\d+)$/.exec(head ?? '')?.[1];
  if (length === undefined) return null;
  const at = heard.indexOf(`${head}\r\n`) + length.length + 3;
  if (heard.length < at + Number(length)) return null;
  return { kind: 'info', text: heard.subarray(at, at + Number(length)).toString('utf8') };
}
