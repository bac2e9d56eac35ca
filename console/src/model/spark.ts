// A sparkline's path. Gaps (null) break the line instead of being drawn as zero: no traffic is not
// the same as no errors.

/** Scale that never makes noise look like an outage: at least `atLeast` fills the height. */
export function sparkPath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  atLeast: number,
): string {
  const top = Math.max(atLeast, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let pen: 'M' | 'L' = 'M';
  let path = '';
  for (const [i, value] of values.entries()) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const y = height - 1 - (value / top) * (height - 2);
    path += `${pen}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  }
  return path;
}
