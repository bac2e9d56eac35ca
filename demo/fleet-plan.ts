// Who lives where: every region is home to its share of the clients, and the clients of a home are
// spread over its zones, so that no quorum ever comes from one zone alone.

export type ClientPlan = {
  readonly name: string;
  readonly home: string;
  readonly domain: string;
};

const zones = ['a', 'b', 'c'] as const;

/** @param first Number of the first client, for fleets that are split over processes. */
export function planFleet(
  count: number,
  homes: readonly string[],
  first = 1,
): readonly ClientPlan[] {
  return Array.from({ length: count }, (_, i) => {
    const number = first + i - 1;
    const home = homes[number % homes.length] ?? 'home';
    const zone = zones[Math.floor(number / homes.length) % zones.length];
    return {
      name: `client-${String(number + 1).padStart(3, '0')}`,
      home,
      domain: `${home}-${zone}`,
    };
  });
}
