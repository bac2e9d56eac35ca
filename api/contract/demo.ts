// The "break region" panel. These routes exist only where the demo put them.

/** `GET /api/v1/demo`. */
export type DemoState = {
  readonly regions: readonly {
    readonly region: string;
    /** null: nothing is broken. */
    readonly fault: string | null;
  }[];
  /** Faults that `POST /api/v1/demo/regions/:region/fault` takes as `{ fault }`; `DELETE` heals. */
  readonly faults: readonly { readonly fault: string; readonly meaning: string }[];
  readonly clients: number;
  readonly commands: {
    readonly sent: number;
    readonly failed: number;
    readonly waiting: number;
    readonly perSecond: number;
  };
};
