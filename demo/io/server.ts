/** The cluster of one region as the demo breaks it: a real Redis process, or a stand-in for one. */
export type Server = {
  readonly kind: 'redis-server' | 'stand-in';
  readonly port: number;
  /** Dies at once; what it held is gone. Resolves when its port is silent. */
  readonly kill: () => Promise<void>;
  /** Starts empty on the same port, if it was killed. Resolves when it answers. */
  readonly revive: () => Promise<void>;
  /** Accepts and never answers. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** For good. Safe to call twice. */
  readonly close: () => Promise<void>;
};
