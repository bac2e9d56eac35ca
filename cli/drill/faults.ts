// The ways a region dies in a drill, and what a fleet should make of each.

export const faultNames = ['refused', 'frozen', 'blackhole', 'slow', 'blip', 'one-client'] as const;
export type FaultName = (typeof faultNames)[number];

export type Fault = {
  readonly name: FaultName;
  /** What is done to the region that is everybody's home. */
  readonly text: string;
  /** `everybody` leaves and comes back, or `nobody` moves at all. */
  readonly moves: 'everybody' | 'nobody';
  /** A proxy on the way is needed even when the servers are ours to signal. */
  readonly onTheWire: boolean;
};

/** How late every answer comes in `slow`, ms: longer than a stall, shorter than a timeout. */
export const slowMs = 1_000;
/** How long a `blip` lasts, ms: shorter than a stall. */
export const blipMs = 300;

const everybody = { moves: 'everybody', onTheWire: false } as const;

export const faults: Readonly<Record<FaultName, Fault>> = {
  refused: { name: 'refused', text: 'the server is killed, connections are refused', ...everybody },
  frozen: {
    name: 'frozen',
    text: 'the server is stopped: it accepts and never answers',
    ...everybody,
  },
  blackhole: {
    name: 'blackhole',
    text: 'packets vanish both ways, new connections are not answered',
    moves: 'everybody',
    onTheWire: true,
  },
  slow: {
    name: 'slow',
    text: `every answer comes ${slowMs} ms late`,
    moves: 'everybody',
    onTheWire: true,
  },
  blip: {
    name: 'blip',
    text: `the server stands still for ${blipMs} ms`,
    moves: 'nobody',
    onTheWire: false,
  },
  'one-client': {
    name: 'one-client',
    text: 'the link of one client alone is cut',
    moves: 'nobody',
    onTheWire: true,
  },
};
