// A notice made ready for a receiver that is spoken to by HTTP.

import type { HttpRequest } from './port.ts';

export type Rendered = {
  /** One line: what is said. */
  readonly title: string;
  /** Why the configured template was not used; null: it was. */
  readonly note: string | null;
  /** Null: there is nothing to tell this receiver, and that is as good as told. */
  readonly request: HttpRequest | null;
};

/** A POST of JSON. */
export function json(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'user-agent': 'RegionPilot', ...headers },
    body,
  };
}
