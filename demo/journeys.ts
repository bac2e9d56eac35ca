// Who left a broken region and who is back, so that the moment the last one moves can be told.

import type { Move, Outage } from './report.ts';

export type Arrival = {
  readonly kind: 'left' | 'returned';
  readonly region: string;
  readonly clients: number;
  /** Since the fault, ms. */
  readonly tookMs: number;
};

type Journey = {
  readonly outage: Outage;
  readonly inside: Set<string>;
  readonly away: Set<string>;
  told: Arrival['kind'] | null;
};

export class Journeys {
  readonly #byRegion = new Map<string, Journey>();

  begin(outage: Outage): void {
    const inside = new Set(outage.clients);
    this.#byRegion.set(outage.region, { outage, inside, away: new Set(), told: null });
  }

  /** What this move completed, each thing once, or null. */
  moved({ client, from, to, atMs }: Move): Arrival | null {
    const left = this.#byRegion.get(from);
    if (left?.inside.delete(client)) left.away.add(client);
    const reached = this.#byRegion.get(to);
    if (reached?.away.delete(client)) reached.inside.add(client);
    return (
      arrival(left, 'left', left?.inside.size, atMs) ??
      arrival(reached, 'returned', reached?.away.size, atMs)
    );
  }
}

function arrival(
  journey: Journey | undefined,
  kind: Arrival['kind'],
  missing: number | undefined,
  atMs: number,
): Arrival | null {
  if (journey === undefined || missing !== 0 || journey.told === kind) return null;
  // A return is only worth telling after everybody had left.
  if (kind === 'returned' && journey.told !== 'left') return null;
  journey.told = kind;
  const { region, clients, atMs: faultMs } = journey.outage;
  return { kind, region, clients: clients.length, tookMs: atMs - faultMs };
}
