// A client certificate that our authority signed is a relay client if its name is on the list.

import type { Identity } from '../route.ts';
import type { Caller } from './caller.ts';

/** null: the certificate gives no access. */
export function relayOf(
  certificate: NonNullable<Caller['certificate']>,
  subjects: readonly string[],
): Identity | null {
  const { subject, validToMs } = certificate;
  const listed = subjects.some((each) =>
    each.endsWith('*') ? subject.startsWith(each.slice(0, -1)) : subject === each,
  );
  return listed ? { actor: subject, scope: 'relay', auth: 'mtls', expiresMs: validToMs } : null;
}
