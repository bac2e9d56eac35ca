/**
 * Lower end of the 95 % Wilson score interval of `failed` out of `total`: how bad it is at least,
 * given how little was seen. 4 of 4 says 0.51, 3 of 3 only 0.44, 1 of 1 no more than 0.21.
 * Wilson, E. B. (1927), JASA 22:209–212.
 */
export function wilsonLow(failed: number, total: number): number {
  if (failed === 0 || total === 0) return 0;
  const z2 = 3.8414588; // 1.95996²
  const p = failed / total;
  const centre = p + z2 / (2 * total);
  const spread = Math.sqrt((z2 * (p * (1 - p) + z2 / (4 * total))) / total);
  return Math.max(0, (centre - spread) / (1 + z2 / total));
}
