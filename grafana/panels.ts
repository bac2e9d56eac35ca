// One function per kind of panel, so that a page reads as a list of questions.
//
// Each panel must say what it means and which direction is bad; the types leave no way around it.

import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import * as heatmaps from '@grafana/grafana-foundation-sdk/heatmap';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stats from '@grafana/grafana-foundation-sdk/stat';
import * as timelines from '@grafana/grafana-foundation-sdk/statetimeline';
import * as histories from '@grafana/grafana-foundation-sdk/statushistory';
import * as series from '@grafana/grafana-foundation-sdk/timeseries';
import { type Ask, dress, type Shape, type Words } from './dress.ts';
import { byThreshold, plain } from './look.ts';

/** One number now, with its recent past behind it. */
export function stat(words: Words, ask: Ask, shape: Shape = {}): stats.PanelBuilder {
  return dress(new stats.PanelBuilder(), words, [ask], { width: 4, height: 5, ...shape })
    .thresholds(shape.thresholds ?? plain())
    .colorScheme(byThreshold())
    .colorMode(BigValueColorMode.Value)
    .graphMode(shape.mappings === undefined ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
}

/** Lines over time; a threshold, if there is one, is drawn as a dashed line. */
export function lines(words: Words, asks: readonly Ask[], shape: Shape = {}): series.PanelBuilder {
  const panel = dress(new series.PanelBuilder(), words, asks, shape)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .min(0)
    .legend(new VizLegendOptionsBuilder().isVisible(true).showLegend(true).calcs(['lastNotNull']))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  if (shape.thresholds === undefined) return panel;
  const dashed = new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
  return panel.thresholds(shape.thresholds).thresholdsStyle(dashed);
}

/** Lines on top of one another: parts of a whole. */
export function areas(words: Words, asks: readonly Ask[], shape: Shape = {}): series.PanelBuilder {
  return lines(words, asks, shape)
    .fillOpacity(30)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
}

/** Which state when: one band per series, equal values joined. */
export function timeline(
  words: Words,
  asks: readonly Ask[],
  shape: Shape = {},
): timelines.PanelBuilder {
  return dress(new timelines.PanelBuilder(), words, asks, { width: 24, ...shape })
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.85)
    .fillOpacity(85)
    .lineWidth(0)
    .colorScheme(byThreshold());
}

/** Samples side by side, not joined: each is a measurement of its own. */
export function history(
  words: Words,
  asks: readonly Ask[],
  shape: Shape = {},
): histories.PanelBuilder {
  return dress(new histories.PanelBuilder(), words, asks, { width: 24, ...shape })
    .showValue(VisibilityMode.Never)
    .rowHeight(0.85)
    .colWidth(0.9)
    .fillOpacity(85)
    .thresholds(shape.thresholds ?? plain())
    .colorScheme(byThreshold());
}

/** How a duration is spread, from the buckets of a histogram. */
export function heat(words: Words, ask: Ask, shape: Shape = {}): heatmaps.PanelBuilder {
  const { unit = 's', ...rest } = shape;
  const colour = new HeatmapColorOptionsBuilder()
    .mode(HeatmapColorMode.Scheme)
    .scheme('Cividis')
    .steps(64);
  return dress(
    new heatmaps.PanelBuilder(),
    words,
    [ask],
    { unit, ...rest },
    PromQueryFormat.Heatmap,
  )
    .calculate(false)
    .color(colour)
    .yAxis(new heatmaps.YAxisConfigBuilder().unit(unit));
}
