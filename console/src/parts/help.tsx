// The keys, and what the marks mean.

import type { VNode } from 'preact';
import { shortcuts } from '../model/shortcuts.ts';
import { Dialog } from './dialog.tsx';
import { HealthWord } from './marks.tsx';

export function Help({ onClose }: { onClose: () => void }): VNode {
  return (
    <Dialog label="Keys and help" onClose={onClose}>
      <form method="dialog">
        <h1>Keys</h1>
        <dl class="facts">
          {shortcuts.map(({ keys, does }) => (
            <Keys key={keys} keys={keys} does={does} />
          ))}
        </dl>
        <h2>Marks</h2>
        <dl class="facts">
          <dt>
            <HealthWord health="healthy" />
          </dt>
          <dd>Clients can use it.</dd>
          <dt>
            <HealthWord health="suspect" />
          </dt>
          <dd>Something speaks against it, not enough to leave it.</dd>
          <dt>
            <HealthWord health="down" />
          </dt>
          <dd>A quorum of independent clients cannot use it.</dd>
          <dt>
            <HealthWord health="unknown" />
          </dt>
          <dd>Too few clients report to say.</dd>
        </dl>
        <footer>
          <button type="submit" class="button">
            Close
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function Keys({ keys, does }: { keys: string; does: string }): VNode {
  return (
    <>
      <dt>
        {keys.split(' ').map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}
