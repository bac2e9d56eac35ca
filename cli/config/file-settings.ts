// Where a config names files: what doctor looks at, and what a support bundle must not hold.

import { isRecord } from './file.ts';

/** `[path of the setting, file it names]` of every setting whose name ends in `File`. */
export function fileSettings(config: unknown, at = ''): readonly (readonly [string, string])[] {
  if (!isRecord(config)) return [];
  return Object.entries(config).flatMap(([key, value]) => {
    const path = at === '' ? key : `${at}.${key}`;
    if (typeof value === 'string' && /file$/i.test(key)) return [[path, value] as const];
    return fileSettings(value, path);
  });
}
