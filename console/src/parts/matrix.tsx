// Clients × regions, painted: a block per region, one dot per client, so ten thousand fit. Pointer or
// arrow keys tell which client it is; a click or Enter opens it.

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
  verdictNames,
} from '../model/matrix.ts';
import { Empty, Problem, Skeleton } from './text.tsx';

/** Verdicts differ in lightness too, so that they can be told apart without colour. */
const cellColours: Readonly<Record<string, string>> = {
  o: '--cell-ok',
  s: '--cell-suspect',
  d: '--cell-down',
  e: '--ink',
  q: '--line-strong',
  '-': '--sunken',
};

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
  const [chosen, setChosen] = useState<number | null>(null);
  const width = useWidth(box);
  const n = matrix.clients.length;
  const layout = matrixLayout(n, Math.max(width, 1));
  if (n === 0) return <Empty title="No client reports" />;
  const open = (index: number | null): void => {
    const client = index === null ? undefined : matrix.clients[index];
    if (client === undefined) return;
    const query = new URLSearchParams({ group: matrix.group, q: client });
    goTo({ kind: 'clients', query: query.toString() });
  };
  const said = chosen === null ? null : harmless(describeClient(matrix, chosen));
  return (
    <div class="matrix">
      <Legend />
      <div
        class="matrix-blocks"
        ref={box}
        tabIndex={0}
        role="slider"
        aria-label={`${n} clients. Arrow keys move, Enter opens a client.`}
        aria-valuemin={0}
        aria-valuemax={n - 1}
        aria-valuenow={chosen ?? 0}
        aria-valuetext={said ?? 'none'}
        onMouseLeave={() => setChosen(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') return open(chosen);
          if (!/^(Arrow|Home|End)/.test(event.key)) return undefined;
          event.preventDefault();
          return setChosen(chosen === null ? 0 : moved(chosen, event.key, n, layout));
        }}
      >
        {matrix.regions.map((region, r) => (
          <Block
            key={region}
            region={region}
            cells={matrix.cells[r] ?? ''}
            layout={layout}
            width={width}
            chosen={chosen}
            onPoint={setChosen}
            onOpen={open}
          />
        ))}
      </div>
      <p class="matrix-say">
        {said ?? (
          <span class="quiet">Point at a dot, or use the arrow keys, to see whose it is.</span>
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

type BlockProps = {
  readonly region: string;
  readonly cells: string;
  readonly layout: MatrixLayout;
  readonly width: number;
  readonly chosen: number | null;
  readonly onPoint: (index: number | null) => void;
  readonly onOpen: (index: number | null) => void;
};

function Block(props: BlockProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useThemeTurn();
  const { cells, layout, width, chosen } = props;
  useEffect(() => {
    if (canvas.current !== null && width > 0) paint(canvas.current, cells, layout, width, chosen);
  }, [cells, width, theme, chosen]);
  const under = (event: MouseEvent): number | null =>
    clientAt(event.offsetX, event.offsetY, cells.length, layout);
  return (
    <div>
      <h3>
        {harmless(props.region)}
        <span>{tally(cells)}</span>
      </h3>
      <canvas
        ref={canvas}
        onMouseMove={(event) => props.onPoint(under(event))}
        onClick={(event) => props.onOpen(under(event))}
      />
    </div>
  );
}

function paint(
  canvas: HTMLCanvasElement,
  cells: string,
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
  const side = layout.cell - (layout.cell > 6 ? 1.5 : 0.5);
  for (let i = 0; i < cells.length; i++) {
    const [x, y] = clientOrigin(i, layout);
    pen.fillStyle = colour(cellColours[cells[i] ?? '-'] ?? '--sunken');
    pen.fillRect(x, y, side, side);
  }
  if (chosen === null) return;
  const [x, y] = clientOrigin(chosen, layout);
  pen.strokeStyle = colour('--accent');
  pen.lineWidth = 2;
  pen.strokeRect(x - 1, y - 1, layout.cell + 1, layout.cell + 1);
}

/** What the colours mean. */
function Legend(): VNode {
  return (
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
  );
}
