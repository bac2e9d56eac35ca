// What rules have to say after a fact: alerts that changed, and changes worth recording.

import type { Alert } from '@regionpilot/protocol';
import type { ChangeEvent } from '../rule.ts';

export type RuleOutput =
  /** State, severity or words changed; `resolved` once, then never again for this `startsMs`. */
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'change'; readonly change: ChangeEvent };
