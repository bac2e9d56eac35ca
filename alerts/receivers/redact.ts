// What leaves us about a delivery (errors, titles, warnings) is repeated by receivers, proxies and
// libraries that know our secrets: a 400 may quote the routing key, a network error the URL. All of it
// goes through one function. It masks the secrets it was given in the writings they turn up in, and
// then whatever has the shape of a secret.

import { htmlText } from './escape.ts';

/** Masks secrets in `text`. Idempotent in effect; never throws. */
export type Redact = (text: string) => string;

export const mask = '***';

const shapes: readonly (readonly [RegExp, string])[] = [
  [/(https?:\/\/)[^\s/?#"'<>]*@/gi, `$1${mask}@`],
  [/(https?:\/\/hooks\.slack\.com)\/[^\s"'<>]*/gi, `$1/${mask}`],
  [/(https?:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, `$1?${mask}`],
  [/whs[ek]c?_[A-Za-z0-9+/=_-]+/g, mask],
  [/\bv1a?,[A-Za-z0-9+/=_-]{16,}/g, mask],
];

/** For the given secrets; an empty one is no secret. A URL's path and query are secrets by themselves. */
export function createRedact(secrets: Iterable<string>): Redact {
  const spellings = new Set([...secrets].flatMap(spellingsOf));
  const longestFirst = [...spellings].sort((left, right) => right.length - left.length);
  const known =
    longestFirst.length === 0 ? null : new RegExp(longestFirst.map(quote).join('|'), 'gi');
  return (text) => {
    const masked = known === null ? text : text.replace(known, () => mask);
    return shapes.reduce((sum, [shape, by]) => sum.replace(shape, by), masked);
  };
}

function spellingsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  return [secret, ...partsOf(secret)].flatMap((text) => [
    text,
    encodeURIComponent(text.toWellFormed()),
    JSON.stringify(text).slice(1, -1),
    htmlText(text),
  ]);
}

/** What of a key or a URL is secret by itself. */
function partsOf(secret: string): readonly string[] {
  if (/^whs(ec|k)_./.test(secret)) return [secret.slice(secret.indexOf('_') + 1)];
  if (!/^https?:/i.test(secret) || !URL.canParse(secret)) return [];
  const { href, pathname, search, searchParams } = new URL(secret);
  const words = [pathname, ...pathname.split('/')].filter((word) => word.length >= shortestToken);
  const values = [search, ...searchParams.values()].filter((value) => value.length >= 6);
  return [href, ...words, ...values];
}

/** Shorter parts of a path ("services", "webhooks") are words, not secrets. */
const shortestToken = 16;

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
