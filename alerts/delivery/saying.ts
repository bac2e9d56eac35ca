// What is really said for a notice. A receiver drops an acknowledgement of what it does not hold, and
// it may hold nothing: the acknowledgement has overtaken a trigger that nobody heard, or a resolve may
// still land before it. So unless it is certain that the story is open there, it is opened first, as
// a trigger of the same content and seq; where it was open already that changes nothing.

import type { Notice } from '@regionpilot/protocol';
import type { Job, Story } from './state.ts';

export function sayingOf({ isHeld }: Story, { notice, hasOpened }: Job): Notice {
  const opensFirst = notice.action === 'acknowledge' && !isHeld && !hasOpened;
  return opensFirst ? { ...notice, action: 'trigger' } : notice;
}
