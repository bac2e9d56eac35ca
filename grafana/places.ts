// Panels that show what is true now, one row or one dot each: the table and the map.

import {
  type FrameGeometrySource,
  FrameGeometrySourceMode,
  type MapLayerOptions,
} from '@grafana/grafana-foundation-sdk/common';
import * as maps from '@grafana/grafana-foundation-sdk/geomap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as tables from '@grafana/grafana-foundation-sdk/table';
import { type Ask, dress, type Shape, type Words } from './dress.ts';
import { byThreshold, plain } from './look.ts';

export type Column = Ask & {
  readonly heading: string;
  readonly unit?: string;
};

/** One row per set of labels, one column per query. */
export function table(
  words: Words,
  columns: readonly Column[],
  shape: Shape & { readonly link?: { readonly title: string; readonly url: string } } = {},
): tables.PanelBuilder {
  const headings = Object.fromEntries(
    columns.map(({ heading }, index) => [valueField(columns.length, index), heading]),
  );
  const panel = dress(new tables.PanelBuilder(), words, columns, shape, PromQueryFormat.Table)
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true }, renameByName: headings },
    })
    .thresholds(shape.thresholds ?? plain());
  for (const { heading, unit } of columns) {
    if (unit !== undefined) panel.overrideByName(heading, [{ id: 'unit', value: unit }]);
  }
  if (shape.link !== undefined) {
    panel.overrideByRegexp('.*', [{ id: 'links', value: [shape.link] }]);
  }
  return panel;
}

/** Grafana names the values of several queries `Value #A`, and of a single one `Value`. */
function valueField(count: number, index: number): string {
  return count === 1 ? 'Value' : `Value #${String.fromCharCode('A'.charCodeAt(0) + index)}`;
}

/** Dots on a map, at the labels `latitude` and `longitude`: no gazetteer knows cloud regions. */
export function map(words: Words, ask: Ask, shape: Shape = {}): maps.PanelBuilder {
  return dress(new maps.PanelBuilder(), words, [ask], shape, PromQueryFormat.Table)
    .thresholds(shape.thresholds ?? plain())
    .colorScheme(byThreshold())
    .view(new maps.MapViewConfigBuilder().id(maps.MapCenterID.Fit).zoom(2))
    .basemap({ build: () => ({ type: 'default', name: 'Basemap' }) })
    .layers([{ build: markers }]);
}

function markers(): MapLayerOptions {
  const location: FrameGeometrySource = {
    mode: FrameGeometrySourceMode.Coords,
    latitude: 'latitude',
    longitude: 'longitude',
  };
  const style = {
    color: { field: 'Value' },
    size: { fixed: 12 },
    text: { mode: 'field', field: 'region' },
    textConfig: { fontSize: 12, offsetY: 16 },
    opacity: 0.9,
  };
  return {
    type: 'markers',
    name: 'Regions',
    location,
    config: { style, showLegend: true },
    tooltip: true,
  };
}
