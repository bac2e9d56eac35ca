// How the machinery itself is doing.

/** `GET /api/v1/pipeline`. */
export type PipelineState = {
  readonly asOfMs: number;
  readonly bus: {
    readonly kind: 'kafka' | 'embedded';
    readonly ok: boolean;
    readonly text: string;
  };
  readonly deciders: readonly {
    readonly partition: number;
    readonly owner: string;
    readonly heartbeatAgeMs: number;
    readonly stale: boolean;
    readonly groups: number;
  }[];
  /** One per partition of `events`. */
  readonly folders: readonly {
    readonly partition: number;
    readonly owner: string;
    readonly warm: boolean;
    readonly lagRecords: number;
    /** Behind the log's clock. */
    readonly delayMs: number;
    readonly rowsPerSecond: number;
    readonly duplicates: number;
    readonly rejected: number;
    readonly gaps: number;
    readonly declaredDrops: number;
    readonly late: number;
    readonly clamped: number;
  }[];
  readonly alerting: readonly { readonly partition: number; readonly owner: string }[];
  readonly receivers: readonly {
    readonly receiver: string;
    readonly delivered: number;
    readonly failed: number;
    readonly waiting: number;
    readonly lastError: string | null;
  }[];
  /** Listeners of this instance's own streams. */
  readonly followers: { readonly live: number; readonly relay: number };
};
