import type { Path } from './json0.ts';
import { limits } from './limits.ts';

/** How many UTF-16 units the text at a path of the dashboard may have; see `limits.ts`. */
export function textCharsMax(path: Path): number {
  const [root, , part, key] = path;
  if (path.length === 1) return root === 'description' ? limits.descriptionCharsMax : limits.titleCharsMax;
  if (root === 'widgets' && part === 'settings' && path.length === 4) return key === 'text' ? limits.noteCharsMax : limits.shortTextCharsMax;
  if (root === 'datasets' && part === 'rows') return limits.cellCharsMax;
  return limits.titleCharsMax;
}
