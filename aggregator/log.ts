// What an aggregator says about itself: a closed list of named events, each with its own fields, so
// that logs, metrics and tests share one vocabulary.

export type AggregatorEvent =
  | { readonly event: 'started'; readonly instance: string }
  | { readonly event: 'stopped'; readonly instance: string }
  | {
      readonly event: 'partitionAssigned';
      readonly topic: string;
      readonly partition: number;
      readonly from: string;
    }
  | { readonly event: 'partitionRevoked'; readonly topic: string; readonly partition: number }
  | {
      readonly event: 'recordRejected';
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      readonly rejection: string;
      readonly text: string;
    }
  | {
      readonly event: 'decisionPublished';
      readonly group: string;
      readonly term: number;
      readonly epoch: number;
      readonly reason: string;
      readonly text: string;
      /** What it belongs to; null: to nothing, like a first decision. */
      readonly incident: string | null;
    }
  | {
      readonly event: 'incidentRecorded';
      readonly group: string;
      readonly kind: string;
      readonly text: string;
      readonly incident: string | null;
    }
  | {
      readonly event: 'publishFailed';
      readonly topic: string;
      readonly attempts: number;
      readonly reason: string;
    }
  /** An order to change settings while running took effect, or was refused and changed nothing. */
  | {
      readonly event: 'policyChanged' | 'policyRefused';
      /** Or `*`. */
      readonly group: string;
      readonly text: string;
    }
  | { readonly event: 'snapshotInvalid'; readonly key: string; readonly reason: string }
  | {
      readonly event: 'tiltChanged';
      readonly reason: string;
      readonly active: boolean;
      readonly text: string;
    };

export type AggregatorLog = (event: AggregatorEvent) => void;
