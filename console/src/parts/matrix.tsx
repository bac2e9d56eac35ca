// Clients × regions, painted: one column of cells per client, so ten thousand fit. Pointer or arrow
// keys tell which client it is; a click or Enter opens it.

import type { ClientMatrix } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { colour, useThemeTurn, useWidth } from '../io/colours.ts';
import { goTo } from '../io/place.ts';
import { useResource } from '../io/resource.ts';
import { harmless } from '../model/harmless.ts';
import {
  clientAt,
  clientOrigin,
  describeClient,
  type MatrixLayout,
  matrixLayout,
  moved,
  tally,
} from '../model/matrix.ts';
import { Empty, Problem, Skeleton } from './text.tsx';

/** Verdicts by rising lightness contrast, so that they differ without colour too. */
const cellColours: Readonly<Record<string, string>> = {
  o: '--cell-ok',
  s: '--watch',
  d: '--cell-down',
  e: '--ink',
  q: '--line-strong',
  '-': '--sunken',
};
const verdictNames = [
  ['d', 'down'],
  ['e', 'fails everywhere'],
  ['s', 'suspect'],
  ['q', 'quiet'],
  ['-', 'no connection'],
  ['o', 'ok'],
] as const;

export function MatrixCard({ group }: { group: string }): VNode {
  const [resource] = useResource<ClientMatrix>(
    `/api/v1/groups/${encodeURIComponent(group)}/matrix`,
    3_000,
  );
  return (
    <section class="card" aria-label="Clients by region">
      <header>
        <h2>Clients × regions</h2>
        <span class="end tiny quiet">worst first</span>
      </header>
      {resource.kind === 'loading' ? <Skeleton /> : null}
      {resource.kind === 'refused' ? (
        <div class="card-body">
          <Problem problem={resource.problem} />
        </div>
      ) : null}
      {resource.kind === 'there' ? <Matrix matrix={resource.value} /> : null}
    </section>
  );
}

function Matrix({ matrix }: { matrix: ClientMatrix }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const width = useWidth(box);
  const theme = useThemeTurn();
  const n = matrix.clients.length;
  const layout = matrixLayout(n, matrix.regions.length, Math.max(width, 1));

  useEffect(() => {
    if (canvas.current !== null && width > 0) paint(canvas.current, matrix, layout, width, chosen);
  }, [matrix, width, theme, chosen]);

  if (n === 0) return <Empty title="No client reports" />;
  const open = (index: number | null): void => {
    const client = index === null ? undefined : matrix.clients[index];
    if (client === undefined) return;
    goTo({
      kind: 'clients',
      query: new URLSearchParams({ group: matrix.group, q: client }).toString(),
    });
  };
  const under = (event: MouseEvent): number | null =>
    clientAt(event.offsetX, event.offsetY, n, layout);
  return (
    <div class="matrix">
      <Legend matrix={matrix} />
      <div ref={box}>
        <canvas
          ref={canvas}
          tabIndex={0}
          role="slider"
          aria-valuemin={0}
          aria-valuemax={n - 1}
          aria-valuenow={chosen ?? 0}
          aria-valuetext={chosen === null ? 'none' : harmless(describeClient(matrix, chosen))}
          aria-label={`${n} clients by ${matrix.regions.length} regions. Arrow keys move, Enter opens a client.`}
          aria-describedby="matrix-say"
          onMouseMove={(event) => setChosen(under(event))}
          onMouseLeave={() => setChosen(null)}
          onClick={(event) => open(under(event))}
          onKeyDown={(event) => {
            if (event.key === 'Enter') return open(chosen);
            if (!/^(Arrow|Home|End)/.test(event.key)) return undefined;
            event.preventDefault();
            return setChosen(chosen === null ? 0 : moved(chosen, event.key, n, layout));
          }}
        />
      </div>
      <p class="matrix-say" id="matrix-say" aria-live="polite">
        {chosen === null ? (
          <span class="quiet">Point at a cell, or use the arrow keys, to see whose it is.</span>
        ) : (
          harmless(describeClient(matrix, chosen))
        )}
      </p>
      {matrix.truncated > 0 ? (
        <p class="tiny quiet">
          {matrix.truncated.toLocaleString('en')} more clients are not shown.
        </p>
      ) : null}
    </div>
  );
}

function paint(
  canvas: HTMLCanvasElement,
  matrix: ClientMatrix,
  layout: MatrixLayout,
  width: number,
  chosen: number | null,
): void {
  const ratio = devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = layout.height * ratio;
  canvas.style.setProperty('height', `${layout.height}px`);
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.scale(ratio, ratio);
  const gap = layout.cell > 6 ? 1 : 0.5;
  for (const [r, cells] of matrix.cells.entries()) {
    for (let i = 0; i < cells.length; i++) {
      const [x, y] = clientOrigin(i, layout);
      pen.fillStyle = colour(cellColours[cells[i] ?? '-'] ?? '--sunken');
      pen.fillRect(x, y + r * layout.cell, layout.cell - gap, layout.cell - gap);
    }
  }
  if (chosen === null) return;
  const [x, y] = clientOrigin(chosen, layout);
  pen.strokeStyle = colour('--accent');
  pen.lineWidth = 2;
  pen.strokeRect(x - 1, y - 1, layout.cell + 1, layout.cell * matrix.regions.length + 1);
}

/** What the colours mean, and how many clients of each there are in each region, from top to bottom. */
function Legend({ matrix }: { matrix: ClientMatrix }): VNode {
  const counts = tally(matrix);
  return (
    <div class="stack tight">
      <div class="legend">
        {verdictNames.map(([letter, name]) => (
          <span key={letter}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <rect
                width="12"
                height="12"
                rx="2"
                fill={`var(${cellColours[letter]})`}
                stroke="var(--line-strong)"
                stroke-width=".5"
              />
            </svg>
            {name}
          </span>
        ))}
      </div>
      <ol class="legend">
        {matrix.regions.map((region, r) => (
          <li key={region}>
            <b>{harmless(region)}</b>{' '}
            {verdictNames
              .filter(([letter]) => (counts[r]?.[letter] ?? 0) > 0)
              .map(([letter, name]) => `${counts[r]?.[letter]?.toLocaleString('en')} ${name}`)
              .join(', ')}
          </li>
        ))}
      </ol>
    </div>
  );
}
