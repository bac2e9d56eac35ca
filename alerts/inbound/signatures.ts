// The signatures that PagerDuty put before a webhook: several while a secret is being rotated, and
// perhaps one day of versions that we do not know, which vouch for nothing here.
// https://developer.pagerduty.com/docs/verifying-webhook-signatures

/** Of version 1: 64 hex digits each, lower case. */
export function signaturesIn(header: string): readonly string[] {
  const listed = header.split(',').map((each) => /^v1=([0-9a-f]{64})$/i.exec(each.trim()));
  return listed.flatMap((match) => (match?.[1] === undefined ? [] : [match[1].toLowerCase()]));
}
