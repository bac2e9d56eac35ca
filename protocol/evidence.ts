// What is known of a region, in numbers that can be shown to a human and merged by a machine.

export const healths = ['healthy', 'suspect', 'down', 'unknown'] as const;
export type Health = (typeof healths)[number];

/** The rules that can speak against a region. `pooledRatio` is the thin-traffic form of the third. */
export const verdictRules = ['connectivity', 'stall', 'errorRatio', 'pooledRatio'] as const;
export type VerdictRule = (typeof verdictRules)[number];

/** Why one region, as seen from one home (or from everywhere: `*`), was judged as it was. */
export type RegionEvidence = {
  readonly region: string;
  readonly home: string;
  readonly health: Health;
  /** The rule with most votes, or null when nothing speaks against the region. */
  readonly rule: VerdictRule | null;
  /** Clients with a connection to the region that report at all. */
  readonly liveClients: number;
  /** Of those, clients with an answer or a failure within the long window. */
  readonly engagedClients: number;
  /** Clients whose own verdict is "down", after outliers were set aside. */
  readonly voters: number;
  readonly votersByRule: Readonly<Record<'connectivity' | 'stall' | 'errorRatio', number>>;
  /** Clients that fail in every region they see; their own fault unless most are like that. */
  readonly setAside: number;
  /** Votes wanted for "down". */
  readonly quorum: number;
  /** Failure domains among the voters (at most 16 named). */
  readonly domains: readonly string[];
  readonly domainsWanted: number;
  /** [answered, failed] over the short and the long window, each client capped. */
  readonly short: readonly [number, number];
  readonly long: readonly [number, number];
  /** Lower end of the 95 % Wilson interval of the long window's error ratio, 0..1. */
  readonly wilsonLow: number;
  /** Failures by error class over the long window. */
  readonly errors: Readonly<Record<string, number>>;
  /** Oldest command nobody answered, ms. */
  readonly stalledMaxMs: number;
  /** Some of the voters by name (at most 8). */
  readonly sampleVoters: readonly string[];
};
