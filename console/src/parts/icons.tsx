// Icons of places and tools: 16 px, one stroke.

import type { VNode } from 'preact';

const paths = {
  overview: 'M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z',
  clients:
    'M5.5 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1 14c0-3 2-4.5 4.5-4.5S10 11 10 14M11 2.8a2.5 2.5 0 0 1 0 4.5M12 9.8c1.9.5 3 2 3 4.2',
  alerts:
    'M8 2a4 4 0 0 0-4 4c0 4-1.5 5-1.5 5h11S12 10 12 6a4 4 0 0 0-4-4zM6.5 13.5a1.6 1.6 0 0 0 3 0',
  silences:
    'M4.5 4.5C4.2 5 4 5.5 4 6c0 4-1.5 5-1.5 5H11M6 2.6A4 4 0 0 1 12 6c0 1.3.2 2.3.4 3.1M2 2l12 12',
  pipeline: 'M1 8h3l2-5 3.5 10 2-5H15',
  audit: 'M4 1.5h8v13H4zM6 5h4M6 8h4M6 11h2.5',
  policy: 'M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7M11 2.5v4M5 9.5v4',
  theme: 'M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13',
  help: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM6 6.2A2 2 0 1 1 8 8.2V9.5M8 11.3v.2',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  leave: 'M6 2H2.5v12H6M10 4.5 13.5 8 10 11.5M13 8H6',
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M5 3v10M11 3v10',
  previous: 'M11.5 3 6 8l5.5 5M4 3v10',
  next: 'M4.5 3 10 8l-5.5 5M12 3v10',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  warn: 'M8 2 14.8 14H1.2zM8 6.5v3.5M8 11.8v.2',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
} as const;

export type IconName = keyof typeof paths;

/** An icon; its meaning is always said in words beside it or in the button's label. */
export function Icon({ name, class: extra = '' }: { name: IconName; class?: string }): VNode {
  return (
    <svg
      class={`icon ${extra}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** The product's mark. */
export function Logo(): VNode {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M8 21.5 16 8l8 13.5-8-4.2z" fill="var(--accent-ink)" />
    </svg>
  );
}
