// Who lives where: every region is home to its share of the clients, and the clients of a home are
// spread over its zones, so that no quorum ever comes from one zone alone.

export type ClientPlan = {
  readonly name: string;
  readonly home: string;
  readonly domain: string;
};

const zones = ['a', 'b', 'c'] as const;

export function planFleet(count: number, homes: readonly string[]): readonly ClientPlan[] {
  return Array.from({ length: count }, (_, i) => {
    const home = homes[i % homes.length] ?? 'home';
    const zone = zones[Math.floor(i / homes.length) % zones.length];
    return {
      name: `client-${String(i + 1).padStart(3, '0')}`,
      home,
      domain: `${home}-${zone}`,
    };
  });
}
