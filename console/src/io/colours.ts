// Colours for what is painted and not styled: canvas cannot read custom properties, so a hidden
// element resolves them in the theme that is on.

import { useEffect, useState } from 'preact/hooks';

const resolved = new Map<string, string>();

/** The colour of a custom property as the browser resolves it now. */
export function colour(name: string): string {
  const known = resolved.get(name);
  if (known !== undefined) return known;
  const probe = document.createElement('span');
  probe.style.setProperty('color', `var(${name})`);
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  resolved.set(name, value);
  return value;
}

/** A number that changes when the theme does: what was painted must be painted again. */
export function useThemeTurn(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => {
      resolved.clear();
      setTurn((n) => n + 1);
    };
    addEventListener('themechange', changed);
    system.addEventListener('change', changed);
    return () => {
      removeEventListener('themechange', changed);
      system.removeEventListener('change', changed);
    };
  }, []);
  return turn;
}

/** Width of an element, px, followed as it changes. */
export function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      setWidth(Math.floor(entry?.contentRect.width ?? 0));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
