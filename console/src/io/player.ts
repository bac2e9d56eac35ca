// The player behind the scrubber: tells how much time passed, ten times a second, while it plays.

import { useEffect, useRef } from 'preact/hooks';

export function usePlayer(playing: boolean, onTick: (elapsedMs: number) => void): void {
  const tick = useRef(onTick);
  tick.current = onTick;
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => tick.current(100), 100);
    return () => clearInterval(timer);
  }, [playing]);
}
