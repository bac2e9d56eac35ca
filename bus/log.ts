// What an adapter has to say besides its answers: one structured event at a time, to whoever wants
// it. Silent by default, because the agent lives in a process whose log is not ours.

export type BusEventName =
  | 'assignedFailed'
  | 'batchSkipped'
  | 'commitFailed'
  | 'consumerRebuilt'
  | 'followerInterrupted'
  | 'followerMoved'
  | 'followerSkipped'
  | 'groupUnsettled'
  /** The Kafka client's own words. */
  | 'kafkajs'
  | 'offsetOutOfRange'
  | 'publishRetrying';

export type BusLogEvent = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: BusEventName;
  readonly [detail: string]: unknown;
};

/** Must not throw. Called rarely: on trouble and on recovery, never per record. */
export type BusLog = (event: BusLogEvent) => void;

export type BusOptions = {
  /** Default: nobody listens. */
  readonly log?: BusLog | undefined;
  /**
   * Nothing of this bus keeps the process running: for an agent in somebody else's process, which
   * ends when its own work is done. Default false.
   */
  readonly background?: boolean | undefined;
};
