// Queries to a running Prometheus.

import { type Document, type Line, linesOf } from '../answer.ts';

export type Span = { readonly fromMs: number; readonly toMs: number; readonly stepSeconds: number };

/** @throws {Error} with what Prometheus said against the query. */
export function askRange(
  url: string,
  query: string,
  { fromMs, toMs, stepSeconds }: Span,
): Promise<readonly Line[]> {
  const start = String(fromMs / 1_000);
  return ask(`${url}/api/v1/query_range`, {
    query,
    start,
    end: String(toMs / 1_000),
    step: String(stepSeconds),
  });
}

/**
 * @param lookbackSeconds How old a sample may be. Default: as the server is set.
 * @throws {Error} with what Prometheus said against the query.
 */
export function askAt(
  url: string,
  query: string,
  atMs: number,
  lookbackSeconds?: number,
): Promise<readonly Line[]> {
  const lookback = lookbackSeconds === undefined ? {} : { lookback_delta: `${lookbackSeconds}s` };
  return ask(`${url}/api/v1/query`, { query, time: String(atMs / 1_000), ...lookback });
}

async function ask(
  address: string,
  fields: Readonly<Record<string, string>>,
): Promise<readonly Line[]> {
  const response = await fetch(address, { method: 'POST', body: new URLSearchParams(fields) });
  const document = (await response.json()) as Document;
  if (document.status === 'success') return linesOf(document);
  throw new Error(`${document.error} in ${fields['query']}`);
}
