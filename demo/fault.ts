// Ways to break a region, by the names that the demo, the drill and the report share.

export const faultNames = ['refused', 'frozen', 'blackhole', 'slow', 'blip'] as const;
export type FaultName = (typeof faultNames)[number];

/** Faults that no fleet may sit out: what the scripted outage can be. */
export type MovingFault = Exclude<FaultName, 'slow' | 'blip'>;
export const movingFaults: readonly MovingFault[] = ['refused', 'frozen', 'blackhole'];

/** What `slow` adds in each direction, ms: together longer than a stall, so the fleet leaves. */
export const slowMs = 500;
/** How long `blip` lasts, ms: shorter than `stallMs`, so nobody may move. */
export const blipMs = 300;

/** What is done to the region, for people. */
export const faultTexts: Readonly<Record<FaultName, string>> = {
  refused: 'server killed, connections refused',
  frozen: 'server frozen: it accepts and never answers',
  blackhole: 'packets vanish both ways',
  slow: `every answer comes ${2 * slowMs} ms late`,
  blip: `server stands still for ${blipMs} ms`,
};

/** The same in two words. */
export const faultWords: Readonly<Record<FaultName, string>> = {
  refused: 'killed',
  frozen: 'frozen',
  blackhole: 'black hole',
  slow: 'slow',
  blip: 'blip',
};

export function isMovingFault(text: string): text is MovingFault {
  return (movingFaults as readonly string[]).includes(text);
}
