// What an operator ordered. One record per group holds all of it, so the last record is the truth;
// every order ends by itself, because a forgotten hold is an outage waiting.

export type Hold =
  /** Everybody to this region. */
  | { readonly kind: 'use'; readonly region: string }
  /** Nobody to this region. */
  | { readonly kind: 'avoid'; readonly region: string };

/** `enforce` acts, `shadow` decides and says so without acting, `off` is the kill switch. */
export const automationModes = ['enforce', 'shadow', 'off'] as const;
export type AutomationMode = (typeof automationModes)[number];

export type Override = {
  readonly v: 1;
  /** A group's name, or `*` for every group. */
  readonly group: string;
  readonly atMs: number;
  readonly author: string;
  readonly reason: string;
  /** After this moment the record counts as cleared. ms since 1970. */
  readonly expiresMs: number;
  readonly hold: Hold | null;
  readonly automation: AutomationMode;
  /** Safety rules this order may pass, by name, for example `coolDown`. */
  readonly overrideRules: readonly string[];
};
