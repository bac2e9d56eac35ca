import { errorClasses } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import {
  classify,
  codeRows,
  codeStartRows,
  replyRows,
  sentenceRows,
} from '../../../agent/redis/classify.ts';

describe('what an error means', () => {
  test.each(codeRows)('code %s is %s', (code, errorClass) => {
    const error = Object.assign(new Error('connect somewhere'), { code });
    expect(classify(error)).toBe(errorClass);
  });

  test.each(codeStartRows)('a code that begins with %s is %s', (start, errorClass) => {
    expect(classify(Object.assign(new Error('no'), { code: `${start}X` }))).toBe(errorClass);
  });

  test.each(replyRows)('reply %s is %s', (word, errorClass) => {
    expect(classify(new Error(`${word} some words of the server`))).toBe(errorClass);
    expect(classify(new Error(word))).toBe(errorClass);
  });

  test.each(sentenceRows)('"… %s …" is %s', (part, errorClass) => {
    expect(classify(new Error(`ERR ${part} in some context`))).toBe(errorClass);
  });

  test.each([
    ["-READONLY You can't write against a read only replica.".slice(1), 'readonly'],
    ['ERR max number of clients reached', 'maxclients'],
    ['NOREPLICAS Not enough good replicas to write.', 'noreplicas'],
    ['BUSY Redis is busy running a script. You can only call SCRIPT KILL', 'busy'],
    ['BUSYGROUP Consumer Group name already exists', 'other'],
    ['Connection is closed.', 'closed'],
    ["Stream isn't writeable and enableOfflineQueue options is false", 'closed'],
    ['Command timed out', 'timeout'],
    ['Command aborted due to connection close', 'closed'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'wrongtype'],
    ["ERR unknown command 'FOO', with args beginning with: ", 'syntax'],
    ['All sentinels are unreachable. Retrying from scratch after 10ms.', 'unreachable'],
  ] as const)('%s', (message, errorClass) => {
    expect(classify(new Error(message))).toBe(errorClass);
  });

  test('ioredis giving up after its retries speaks of the connection', () => {
    const error = Object.assign(new Error('Reached the limit'), {
      name: 'MaxRetriesPerRequestError',
    });
    expect(classify(error)).toBe('closed');
  });

  test('several addresses of one name speak through the first', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(classify(new AggregateError([refused, new Error('x')], ''))).toBe('refused');
  });

  test('what is not an error is other, and nothing throws', () => {
    for (const odd of [undefined, null, 'ECONNREFUSED', 7, {}, [], { message: 5, code: 6 }]) {
      expect(classify(odd)).toBe('other');
    }
  });

  test('a value inside a long message cannot change its class', () => {
    expect(classify(new Error(`OOM command not allowed ${'syntax error '.repeat(50)}`))).toBe(
      'oom',
    );
  });

  test('every row names a class of the closed list', () => {
    for (const [, errorClass] of [...codeRows, ...codeStartRows, ...replyRows, ...sentenceRows]) {
      expect(Object.keys(errorClasses)).toContain(errorClass);
    }
  });
});
