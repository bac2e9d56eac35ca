// How sure can we be of an error ratio? Three failures of three is not the same evidence as three
// thousand of three thousand. The Wilson score interval answers it without the nonsense that
// "mean minus k sigma" gives near 0 and 1 (there a threshold can even turn negative).
// Formula: E. B. Wilson, "Probable Inference", JASA 22 (1927), p. 209–212.

const z = 1.959964; // two-sided 95 %

/**
 * Lower end of the 95 % interval of a ratio.
 * @param failed 0..total. 4 of 4 says 0.51, 3 of 3 only 0.44, 1 of 1 no more than 0.21.
 * @returns 0..1; 0 without samples.
 */
export function wilsonLow(failed: number, total: number): number {
  if (total <= 0) return 0;
  const ratio = Math.min(failed / total, 1);
  const square = z * z;
  const middle = ratio + square / (2 * total);
  const spread = z * Math.sqrt((ratio * (1 - ratio) + square / (4 * total)) / total);
  return Math.max(0, (middle - spread) / (1 + square / total));
}
