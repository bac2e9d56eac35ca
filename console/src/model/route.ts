// Which page a URL path names, and back. Deep links are the console's memory: all a colleague needs
// to see the same thing is the address, so each view has one and nothing secret is ever in it.

export type Place =
  | { readonly kind: 'overview' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'moment'; readonly group: string; readonly atMs: number }
  | { readonly kind: 'entry'; readonly group: string; readonly id: string }
  | { readonly kind: 'incident'; readonly id: string }
  | { readonly kind: 'clients'; readonly query: string }
  | { readonly kind: 'alerts' }
  | { readonly kind: 'alert'; readonly fingerprint: string }
  | { readonly kind: 'silences' }
  | { readonly kind: 'pipeline' }
  | { readonly kind: 'audit' }
  | { readonly kind: 'policy'; readonly group: string }
  | { readonly kind: 'nowhere'; readonly path: string };

/** The place a path and its query (`?…` or empty) name. */
export function parsePlace(path: string, query: string = ''): Place {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const [first, name, view, rest] = parts;
  const nowhere: Place = { kind: 'nowhere', path };
  if (first === undefined) return { kind: 'overview' };
  if (parts.length === 1) return pages(first, query) ?? nowhere;
  if (name === undefined) return nowhere;
  if (first === 'groups') return groupPlace(name, view, rest) ?? nowhere;
  if (first === 'incidents') return { kind: 'incident', id: parts.slice(1).join('/') };
  if (parts.length > 2) return nowhere;
  if (first === 'alerts') return { kind: 'alert', fingerprint: name };
  return first === 'policy' ? { kind: 'policy', group: name } : nowhere;
}

function pages(first: string, query: string): Place | null {
  switch (first) {
    case 'clients':
      return { kind: 'clients', query: query.replace(/^\?/, '') };
    case 'alerts':
    case 'silences':
    case 'pipeline':
    case 'audit':
      return { kind: first };
    default:
      return null;
  }
}

function groupPlace(
  group: string,
  view: string | undefined,
  rest: string | undefined,
): Place | null {
  if (view === undefined) return { kind: 'group', group };
  if (view === 'entries' && rest !== undefined) return { kind: 'entry', group, id: rest };
  if (view === 'at' && rest !== undefined && /^\d{1,16}$/.test(rest)) {
    return { kind: 'moment', group, atMs: Number(rest) };
  }
  return null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const encoded = encodeURIComponent;

/** The path (with query) of a place. */
export function pathOf(place: Place): string {
  switch (place.kind) {
    case 'overview':
      return '/';
    case 'group':
      return `/groups/${encoded(place.group)}`;
    case 'moment':
      return `/groups/${encoded(place.group)}/at/${Math.round(place.atMs)}`;
    case 'entry':
      return `/groups/${encoded(place.group)}/entries/${encoded(place.id)}`;
    case 'incident':
      return `/incidents/${encoded(place.id)}`;
    case 'clients':
      return place.query === '' ? '/clients' : `/clients?${place.query}`;
    case 'alert':
      return `/alerts/${encoded(place.fingerprint)}`;
    case 'policy':
      return `/policy/${encoded(place.group)}`;
    case 'nowhere':
      return place.path;
    case 'alerts':
    case 'silences':
    case 'pipeline':
    case 'audit':
      return `/${place.kind}`;
  }
}
