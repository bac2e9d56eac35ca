// Bodies that strangers sent: what cannot be read has nothing in it.

export type Json = Readonly<Record<string, unknown>>;

export function parsed(body: string): Json {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return {};
  }
}

export function objectIn(object: Json, field: string): Json {
  return asObject(object[field]);
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
