// What kind of failure a command met, and whom it speaks against. A closed list: misclassified
// errors are the most frequent cause of "did not fail over" in the clients we studied, so every
// class states its side here and nowhere else. A cache miss is not an error at all: it is a success.

/**
 * - `region`: speaks against the region (its servers or the way to them).
 * - `client`: speaks against the caller; another region would refuse it too.
 * - `neutral`: speaks against nobody (a redirect, a cancellation).
 */
export type Evidence = 'region' | 'client' | 'neutral';

const classes = {
  refused: 'region',
  reset: 'region',
  closed: 'region',
  unreachable: 'region',
  timeout: 'region',
  dns: 'region',
  tls: 'region',
  loading: 'region',
  readonly: 'region',
  busy: 'region',
  oom: 'region',
  misconf: 'region',
  masterdown: 'region',
  clusterdown: 'region',
  noreplicas: 'region',
  maxclients: 'region',
  protocol: 'region',
  auth: 'client',
  noperm: 'client',
  wrongtype: 'client',
  script: 'client',
  syntax: 'client',
  execabort: 'client',
  moved: 'neutral',
  ask: 'neutral',
  tryagain: 'neutral',
  crossslot: 'client',
  cancelled: 'neutral',
  poolExhausted: 'neutral',
  other: 'neutral',
} as const;

export type ErrorClass = keyof typeof classes;

export const errorClasses: Readonly<Record<ErrorClass, Evidence>> = classes;

/** Position in this list is the class's number on the wire: append only, never reorder. */
export const errorClassNames: readonly ErrorClass[] = Object.keys(errorClasses) as ErrorClass[];

const wireNumbers = new Map(errorClassNames.map((name, number) => [name, number] as const));

/** The class's number on the wire, 0-based. */
export function errorClassNumber(errorClass: ErrorClass): number {
  return wireNumbers.get(errorClass) ?? errorClassNames.length - 1;
}

/** `isRegionEvidence[n]` is 1 when wire number n speaks against the region. */
export const isRegionEvidence: Uint8Array = Uint8Array.from(errorClassNames, (name) =>
  errorClasses[name] === 'region' ? 1 : 0,
);
