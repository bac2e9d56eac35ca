/**
 * Whether PagerDuty, or somebody who knows one of our secrets, wrote this body.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { signaturesIn } from '../inbound/signatures.ts';

/** Takes the same time for all wrong signatures. One that fits one secret is enough. */
export function isSigned(body: Buffer, header: string, secrets: readonly string[]): boolean {
  const wanted = secrets.map((secret) => createHmac('sha256', secret).update(body).digest());
  const given = signaturesIn(header).map((hex) => Buffer.from(hex, 'hex'));
  return given.some((signature) => wanted.some((each) => timingSafeEqual(each, signature)));
}
