// The map: rough continents, and a dot for each region. The outlines are drawn by hand, [longitude,
// latitude], just good enough to see which side of an ocean a region is on.

import { scale } from './axes.ts';
import type { Answered } from './dashboard.ts';
import { nothing } from './draw-numbers.ts';
import { colourOf, ink, wordOf } from './look.ts';
import { type Box, element, label, path, rect } from './svg.ts';

type Outline = readonly (readonly [longitude: number, latitude: number])[];

const northAmerica: Outline = [
  [-166, 66],
  [-156, 71],
  [-128, 70],
  [-110, 68],
  [-95, 72],
  [-82, 68],
  [-94, 60],
  [-82, 55],
  [-78, 62],
  [-65, 60],
  [-56, 52],
  [-65, 45],
  [-70, 42],
  [-76, 35],
  [-81, 30],
  [-80, 25],
  [-84, 30],
  [-97, 27],
  [-97, 20],
  [-90, 21],
  [-88, 16],
  [-83, 10],
  [-78, 8],
  [-85, 10],
  [-95, 16],
  [-105, 20],
  [-112, 30],
  [-117, 33],
  [-124, 40],
  [-124, 48],
  [-135, 58],
  [-150, 60],
  [-164, 55],
  [-158, 60],
]; // prettier-ignore
const greenland: Outline = [
  [-55, 82],
  [-25, 83],
  [-20, 75],
  [-40, 65],
  [-45, 60],
  [-52, 66],
  [-60, 76],
];
const southAmerica: Outline = [
  [-78, 8],
  [-62, 10],
  [-50, 0],
  [-35, -6],
  [-39, -16],
  [-48, -27],
  [-58, -38],
  [-66, -45],
  [-69, -54],
  [-74, -50],
  [-72, -32],
  [-70, -18],
  [-80, -5],
];
const eurasia: Outline = [
  [-9, 37],
  [-9, 43],
  [-2, 44],
  [-4, 48],
  [4, 52],
  [8, 57],
  [12, 56],
  [6, 60],
  [14, 68],
  [26, 71],
  [40, 67],
  [55, 69],
  [70, 73],
  [100, 77],
  [130, 72],
  [160, 70],
  [180, 68],
  [178, 63],
  [163, 59],
  [160, 53],
  [156, 59],
  [138, 54],
  [140, 47],
  [131, 43],
  [127, 38],
  [127, 35],
  [121, 39],
  [122, 31],
  [117, 24],
  [108, 21],
  [109, 12],
  [104, 9],
  [100, 13],
  [103, 2],
  [98, 9],
  [94, 17],
  [88, 22],
  [80, 15],
  [78, 8],
  [73, 18],
  [67, 25],
  [57, 26],
  [50, 30],
  [56, 25],
  [59, 22],
  [45, 13],
  [35, 28],
  [36, 36],
  [27, 37],
  [23, 37],
  [19, 42],
  [13, 45],
  [18, 40],
  [12, 42],
  [3, 43],
  [-1, 38],
];
const africa: Outline = [
  [-10, 30],
  [-6, 35],
  [10, 37],
  [20, 31],
  [33, 31],
  [43, 12],
  [51, 12],
  [40, -3],
  [40, -16],
  [33, -27],
  [20, -35],
  [15, -26],
  [12, -6],
  [8, 4],
  [-8, 5],
  [-17, 14],
];
const australia: Outline = [
  [114, -22],
  [122, -17],
  [131, -12],
  [136, -12],
  [137, -16],
  [142, -11],
  [146, -19],
  [153, -27],
  [150, -37],
  [141, -38],
  [132, -32],
  [116, -35],
];
const islands: readonly Outline[] = [
  [
    [-6, 50],
    [1, 51],
    [0, 54],
    [-3, 58],
    [-6, 57],
  ],
  [
    [-10, 52],
    [-6, 52],
    [-6, 55],
    [-9, 55],
  ],
  [
    [-24, 65],
    [-14, 65],
    [-18, 63],
  ],
  [
    [131, 32],
    [140, 35],
    [142, 40],
    [145, 44],
    [141, 45],
    [139, 38],
  ],
  [
    [95, 5],
    [105, -5],
    [115, -8],
    [104, -6],
  ],
  [
    [109, 1],
    [117, 6],
    [117, -3],
    [111, -3],
  ],
  [
    [131, -1],
    [141, -3],
    [150, -10],
    [139, -8],
  ],
  [
    [44, -16],
    [50, -15],
    [47, -25],
    [44, -23],
  ],
  [
    [167, -46],
    [173, -35],
    [178, -38],
    [171, -45],
  ],
  [
    [120, 18],
    [124, 12],
    [126, 7],
    [121, 14],
  ],
];
const land: readonly Outline[] = [
  northAmerica,
  greenland,
  southAmerica,
  eurasia,
  africa,
  australia,
  ...islands,
];

const south = -56;
const north = 76;

export function map({ panel, answers: [lines = []] }: Answered, box: Box): string {
  if (lines.length === 0) return nothing(box);
  const x = scale(-170, 180, box.x, box.x + box.w);
  const y = scale(south, north, box.y + box.h, box.y);
  const shapes = land.map((outline) =>
    path(
      outline.map(([longitude, latitude]) => [x(longitude), y(latitude)] as const),
      {
        fill: ink.land,
        stroke: ink.land,
        'stroke-width': 2,
        'stroke-linejoin': 'round',
      },
    ),
  );
  const dots = lines.map(({ labels, points }) => {
    const value = points.at(-1)?.[1] ?? Number.NaN;
    const [cx, cy] = [x(Number(labels['longitude'])), y(Number(labels['latitude']))];
    const colour = colourOf(panel, value);
    const dot = element('circle', {
      cx,
      cy,
      r: 7,
      fill: colour,
      stroke: ink.panel,
      'stroke-width': 2,
    });
    const glow = element('circle', { cx, cy, r: 13, fill: colour, 'fill-opacity': 0.2 });
    const text = `${labels['region'] ?? ''} · ${wordOf(panel, value) ?? value}`;
    return glow + dot + label(text, cx, cy + 25, { 'text-anchor': 'middle', class: 'place' });
  });
  const clip = `map-${Math.round(box.x)}-${Math.round(box.y)}`;
  const frame = element('clipPath', { id: clip }, rect(box, { rx: 3 }));
  return frame + element('g', { 'clip-path': `url(#${clip})` }, ...shapes) + dots.join('');
}
