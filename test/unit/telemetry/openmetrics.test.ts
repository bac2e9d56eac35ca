import { describe, expect, test } from 'vitest';
import { bucketOf, createHistogram } from '../../../protocol/histogram.ts';
import { classicBuckets } from '../../../telemetry/buckets.ts';
import { formatFor, metricsText } from '../../../telemetry/openmetrics.ts';
import { Registry } from '../../../telemetry/registry.ts';
import { distribution, type Sample, sample } from '../../../telemetry/sample.ts';

function textOf(...samples: readonly Sample[]): string {
  return metricsText(new Registry().gather(samples), 'openmetrics');
}

describe('the text a scraper reads', () => {
  test('a counter is headed without its total, a gauge in seconds has a unit, and the end is marked', () => {
    const text = textOf(
      sample('regionpilot.pipeline.rows', { partition: '7' }, 12_345),
      sample('regionpilot.decisions', { group: 'payments', reason: 'regionDown' }, 2),
      sample('regionpilot.heartbeat.age', { partition: '0' }, 0.25),
    );
    expect(text).toBe(`# TYPE regionpilot_decisions counter
# HELP regionpilot_decisions Decisions published, by reason; \`regionDown\` and \`regionDownFromHome\` are failovers.
regionpilot_decisions_total{group="payments",reason="regionDown"} 2
# TYPE regionpilot_heartbeat_age_seconds gauge
# UNIT regionpilot_heartbeat_age_seconds seconds
# HELP regionpilot_heartbeat_age_seconds Time since the last heartbeat of who answers for these groups was read from the log.
regionpilot_heartbeat_age_seconds{partition="0"} 0.25
# TYPE regionpilot_pipeline_rows counter
# HELP regionpilot_pipeline_rows Events in those batches.
regionpilot_pipeline_rows_total{partition="7"} 12345
# EOF
`);
  });

  test('the older format heads a counter with its total and has neither units nor an end', () => {
    const families = new Registry().gather([
      sample('process.cpu.time', { 'cpu.mode': 'user' }, 1.5),
    ]);
    expect(metricsText(families, 'prometheus')).toBe(`# TYPE process_cpu_time_seconds_total counter
# HELP process_cpu_time_seconds_total CPU time used: its rate is cores kept busy.
process_cpu_time_seconds_total{cpu_mode="user"} 1.5
`);
  });

  test('quotes, backslashes and line ends in a label cannot break a line', () => {
    const text = textOf(
      sample('regionpilot.alerts.firing', { alertname: 'a"b\\c\nd', severity: 'page' }, 1),
    );
    expect(text).toContain(
      'regionpilot_alerts_firing{alertname="a\\"b\\\\c\\nd",severity="page"} 1\n',
    );
  });

  test('latencies become buckets that grow, end with all of them, and lose none', () => {
    const counts = createHistogram();
    for (const us of [200, 256, 257, 1_000_000, 20_000_000]) {
      const bucket = bucketOf(us);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const text = textOf(
      distribution('regionpilot.command.duration', { group: 'g', region: 'r' }, counts),
    );
    const lines = text.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines[0]).toBe(
      'regionpilot_command_duration_seconds_bucket{group="g",region="r",le="0.000256"} 2',
    );
    expect(lines[1]).toContain('le="0.000512"} 3');
    expect(lines.find((line) => line.includes('le="1.048576"'))).toMatch(/ 4$/);
    expect(lines.find((line) => line.includes('le="16.777216"'))).toMatch(/ 4$/);
    expect(lines.find((line) => line.includes('le="+Inf"'))).toMatch(/ 5$/);
    expect(lines).toContain('regionpilot_command_duration_seconds_count{group="g",region="r"} 5');
  });

  test('the sum, made from the middles of buckets, is near what was measured', () => {
    const counts = createHistogram();
    let seconds = 0;
    for (let us = 300; us < 900_000; us += 977) {
      const bucket = bucketOf(us);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      seconds += us / 1e6;
    }
    const { sumSeconds } = classicBuckets(counts);
    expect(Math.abs(sumSeconds / seconds - 1)).toBeLessThan(0.022);
  });

  test('OpenMetrics is for who asks for it', () => {
    expect(formatFor('application/openmetrics-text;version=1.0.0,text/plain;q=0.5')).toBe(
      'openmetrics',
    );
    expect(formatFor('*/*')).toBe('prometheus');
    expect(formatFor(undefined)).toBe('prometheus');
  });
});
