import type { KafkaConfig } from '../../config.ts';
import type { BusLog } from '../../log.ts';
import type { HealthBook } from './health.ts';
import type { Lane } from './lane.ts';

/** What the parts of one bus share. */
export type Adapter = {
  readonly config: KafkaConfig;
  readonly log: BusLog;
  /** Where kafkajs' own log goes; nowhere by default. */
  readonly libraryLog: BusLog | undefined;
  /** See `BusOptions`. */
  readonly background: boolean;
  readonly health: HealthBook;
  readonly openLane: () => Lane;
};
