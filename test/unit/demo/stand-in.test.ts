import { describe, expect, test } from 'vitest';
import { execute, type Keyspace } from '../../../demo/regions/keyspace.ts';
import { parseRequests } from '../../../demo/regions/resp.ts';

function server() {
  const keys: Keyspace = new Map();
  const session = { resp3: false };
  const say = (line: string, nowMs = 0): string => execute(keys, session, line.split(' '), nowMs);
  return { say, session };
}

describe('requests off the wire', () => {
  test('several at once, and the beginning of the next is kept', () => {
    const text = '*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$3\r\nGE';
    expect(parseRequests(text)).toEqual({
      requests: [['PING'], ['GET', 'k']],
      rest: '*2\r\n$3\r\nGE',
    });
  });

  test('cut anywhere, nothing is lost', () => {
    const text = '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n';
    for (let cut = 0; cut <= text.length; cut++) {
      const first = parseRequests(text.slice(0, cut));
      const second = parseRequests(first.rest + text.slice(cut));
      expect([...first.requests, ...second.requests]).toEqual([['SET', 'k', 'a\r\nb']]);
    }
  });

  test.each(['GET / HTTP/1.1\r\n', '*x\r\n', '*1\r\n+4\r\n', '*-1\r\n'])(
    '%j is refused',
    (text) => {
      expect(() => parseRequests(text)).toThrow('wanted');
    },
  );
});

describe('the stand-in’s commands', () => {
  test('what was set is there until it expires', () => {
    const { say } = server();
    expect(say('SET k v EX 2', 1_000)).toBe('+OK\r\n');
    expect(say('get k', 2_999)).toBe('$1\r\nv\r\n');
    expect(say('GET k', 3_000)).toBe('$-1\r\n');
    expect(say('SET k v PX 5', 0)).toBe('+OK\r\n');
    expect(say('EXISTS k', 6)).toBe(':0\r\n');
    expect(say('SET k v EX 0')).toMatch(/^-ERR invalid expire/);
  });

  test('NX and XX ask whether the key is there', () => {
    const { say } = server();
    expect(say('SET k a XX')).toBe('$-1\r\n');
    expect(say('SET k a NX')).toBe('+OK\r\n');
    expect(say('SET k b NX')).toBe('$-1\r\n');
    expect(say('GET k')).toBe('$1\r\na\r\n');
  });

  test('INCR counts from nothing and refuses what is no number', () => {
    const { say } = server();
    expect([say('INCR n'), say('INCR n')]).toEqual([':1\r\n', ':2\r\n']);
    say('SET text x');
    expect(say('INCR text')).toMatch(/^-ERR value is not an integer/);
    expect(say('DEL n text gone')).toBe(':2\r\n');
    expect(say('DBSIZE')).toBe(':0\r\n');
  });

  test('HELLO 3 answers a map, HELLO 4 is refused', () => {
    const { say, session } = server();
    expect(say('HELLO 3')).toMatch(/^%6\r\n/);
    expect(session.resp3).toBe(true);
    expect(say('HELLO 4')).toMatch(/^-NOPROTO/);
    expect(say('HELLO 2')).toMatch(/^\*12\r\n/);
  });

  test('what it cannot do it refuses as Redis would', () => {
    const { say } = server();
    expect(say('LPUSH k v')).toBe("-ERR unknown command 'LPUSH'\r\n");
    expect(say('constructor')).toMatch(/^-ERR unknown command/);
    expect(say('GET')).toBe("-ERR wrong number of arguments for 'get' command\r\n");
    expect(say('SELECT 1')).toMatch(/^-ERR DB index/);
  });
});
