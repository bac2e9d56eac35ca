import type { Route, RouteListener, RouteSnapshot } from '../route.ts';
import { sameRoute } from '../routing.ts';

/** A route whose snapshot is replaced in one assignment, and those who want to hear of it. */
export class LiveRoute implements Route {
  current: RouteSnapshot;
  readonly #listeners = new Set<RouteListener>();
  readonly #survived: (error: unknown) => void;

  constructor(first: RouteSnapshot, survived: (error: unknown) => void) {
    this.current = first;
    this.#survived = survived;
  }

  readonly onChange = (listener: RouteListener): (() => void) => {
    const own: RouteListener = (now, before) => listener(now, before);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  };

  /** Answers the former snapshot, or null when nothing changed. */
  replace(next: RouteSnapshot): RouteSnapshot | null {
    const before = this.current;
    if (sameRoute(before, next)) return null;
    this.current = next;
    for (const listener of this.#listeners) {
      try {
        listener(next, before);
      } catch (error) {
        this.#survived(error);
      }
    }
    return before;
  }
}
