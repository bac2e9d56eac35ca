// What `regionpilot alerts run` says of alerting, wherever it comes from.

import type { AlertingEvent, InboundEvent } from '@regionpilot/alerts';

export type AlertingSaid =
  | AlertingEvent
  | InboundEvent
  | { readonly event: 'inboundListening'; readonly host: string; readonly port: number };
