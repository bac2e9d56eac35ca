// The numbers judgements rest on.

/** `GET /api/v1/groups/:group/policy` with an `ETag`; `PUT` (admin) wants it in `If-Match`. */
export type PolicyView = {
  readonly group: string;
  readonly settings: readonly {
    readonly name: string;
    readonly value: unknown;
    readonly default: unknown;
    /** Where the value comes from. */
    readonly origin: 'default' | 'config' | 'order';
    readonly meaning: string;
    /** May be changed while running. */
    readonly live: boolean;
  }[];
};
