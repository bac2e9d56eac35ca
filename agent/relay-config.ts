// Where decisions come from when not from the log, and what would be unwise there: a token that
// everybody on the way can read, half a certificate, a secret in an address that ends up in logs.

import { type Problem, relayPath, shorten } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import type { RelayConfig } from './config.ts';

const file = Type.Optional(Type.String({ minLength: 1, maxLength: 4_096 }));

export const relaySchema: TSchema = Type.Object(
  {
    relay: Type.String({ pattern: '^https?://', maxLength: 2_000 }),
    tokenFile: file,
    caFile: file,
    certFile: file,
    keyFile: file,
  },
  { additionalProperties: false },
);

/** The stream's address: that of an API is enough. */
export function relayUrl(relay: string): URL {
  const url = new URL(relay);
  if (url.pathname === '/') url.pathname = relayPath;
  return url;
}

/** @param decisions Fits the schema. */
export function relayProblems(decisions: RelayConfig): readonly Problem[] {
  const { relay, tokenFile, caFile, certFile, keyFile } = decisions;
  const url = urlOf(relay);
  if (url === null) return [problem('relay', relay, 'an address, such as https://host:7070')];
  const isPlain = url.protocol === 'http:';
  const rows: readonly (readonly [boolean, keyof RelayConfig, unknown, string])[] = [
    [url.username === '' && url.password === '', 'relay', '…', 'no user in it: use tokenFile'],
    [
      tokenFile === undefined || !isPlain || isLoopback(url.hostname),
      'relay',
      relay,
      'https: over http everybody on the way reads the token',
    ],
    [!isPlain || caFile === undefined, 'caFile', caFile, 'nothing, or an https address'],
    [!isPlain || certFile === undefined, 'certFile', certFile, 'nothing, or an https address'],
    [
      (certFile === undefined) === (keyFile === undefined),
      'keyFile',
      keyFile,
      'both or neither of certFile and keyFile',
    ],
  ];
  return rows
    .filter(([holds]) => !holds)
    .map(([, field, value, expected]) => problem(field, value, expected));
}

function problem(field: keyof RelayConfig, value: unknown, expected: string): Problem {
  return { path: `decisions.${field}`, value: shorten(value), expected };
}

function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
