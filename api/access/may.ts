// Whether somebody may. Scopes rise in power, so one comparison answers it; a relay client stands
// beside the ladder and may follow decisions only.

import { type Scope, scopes } from '../contract/session.ts';
import type { Identity, RouteScope } from '../route.ts';

export function may({ scope }: Pick<Identity, 'scope'>, wanted: RouteScope): boolean {
  if (wanted === 'public') return true;
  if (scope === 'relay' || wanted === 'relay') return wanted === 'relay';
  return rank(scope) >= rank(wanted);
}

function rank(scope: Scope): number {
  return scopes.indexOf(scope);
}
