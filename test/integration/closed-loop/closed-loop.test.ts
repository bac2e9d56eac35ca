// From a dying region to the pixel: what happened in the world, what Prometheus was told of it, and
// whether every panel has something to draw.

import { Registry, sample, startOtlp } from '@regionpilot/telemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topicPrefix } from '../../../demo/settings.ts';
import { hasData } from '../../../grafana/picture/answer.ts';
import { askAt } from '../../../grafana/picture/io/prometheus-api.ts';
import { eventually } from '../../support/eventually.ts';
import { skipWithoutGoPrograms } from '../../support/go-binary.ts';
import { excuses } from './excuses.ts';
import { isOurs, jobs, type Loop, playLoop, type Way } from './loop.ts';
import { answerOf, panelQueries } from './panel-queries.ts';
import { type Counts, type Produced, producedIn, summed } from './produced.ts';
import { seriesAt } from './series.ts';

const ways = Object.keys(jobs) as Way[];

describe.skipIf(skipWithoutGoPrograms('the closed loop'))('an outage in a closed loop', () => {
  let loop: Loop;
  let produced: Produced;

  beforeAll(async () => {
    loop = await playLoop();
    produced = await producedIn(loop.bus);
  });
  afterAll(() => loop?.close());

  /** The final values of a query, by the labels that count; zeros left out. */
  async function final(way: Way, query: string, ...by: readonly string[]): Promise<Counts> {
    const { prometheus, span } = loop;
    const only = query.replaceAll('JOB', `job=~"${jobs[way]}"`);
    const lines = await askAt(prometheus.url, only, span.restedMs, 3);
    return summed(
      lines.map(({ labels, points }) => [
        by.map((label) => labels[label] ?? '').join(' '),
        points[0]?.[1] ?? Number.NaN,
      ]),
    );
  }

  describe.each(ways)('%s', (way) => {
    test('every panel of every dashboard has something to draw', async () => {
      const empty: string[] = [];
      for (const query of panelQueries()) {
        if (excuses.some(({ at }) => at === query.name)) continue;
        if (!hasData(await answerOf(query, loop, way))) empty.push(query.name);
      }
      expect(empty).toEqual([]);
    });

    test('commands answered and failed are those in the clients’ own batches', async () => {
      const events = (outcome: string) =>
        final(
          way,
          `sum by (region) (regionpilot_connection_events_total{JOB, outcome="${outcome}"})`,
          'region',
        );
      expect(await events('success')).toEqual(produced.answered);
      expect(await events('error')).toEqual(produced.failed);
      const errors = 'sum by (region, class) (regionpilot_connection_errors_total{JOB})';
      expect(await final(way, errors, 'region', 'class')).toEqual(produced.errors);
      const batches = await final(way, 'sum (regionpilot_pipeline_batches_total{JOB})');
      expect(batches).toEqual({ '': produced.batches });
      const taken =
        'sum (regionpilot_pipeline_batches_total{JOB} + regionpilot_pipeline_duplicates_total{JOB})';
      const topic = `messaging_destination_name="${topicPrefix}events"`;
      const handed = `sum (messaging_client_consumed_messages_total{JOB, ${topic}})`;
      expect(await final(way, handed)).toEqual(await final(way, taken));
      const { sent, failed, ambiguous } = loop.world.runLog().commands;
      const answered = Object.values(produced.answered).reduce((sum, each) => sum + each, 0);
      expect(answered).toBeGreaterThanOrEqual(sent - failed - ambiguous);
    });

    test('every command answered has its duration in the histogram', async () => {
      const count = way === 'scraped' ? '_count{JOB}' : '{JOB}';
      const wrap = way === 'scraped' ? 'sum by (region)' : 'histogram_count(sum by (region)';
      const query = `${wrap} (regionpilot_command_duration_seconds${count})${way === 'scraped' ? '' : ')'}`;
      expect(await final(way, query, 'region')).toEqual(produced.answered);
    });

    test('decisions by reason are those in the log', async () => {
      const decided = loop.world.runLog().decisions.map(({ decision }) => decision.reason);
      const query = 'sum by (reason) (regionpilot_decisions_total{JOB})';
      expect(decided).toContain('regionDown');
      expect(await final(way, query, 'reason')).toEqual(
        summed(decided.map((reason) => [reason, 1])),
      );
    });

    test('attempts to tell somebody are those in the log, and what arrived is what was accepted', async () => {
      const query = 'sum by (receiver, result) (regionpilot_alerts_attempts_total{JOB})';
      const attempts = await final(way, query, 'receiver', 'result');
      expect(attempts).toEqual(produced.attempts);
      const { webhooks } = loop.world.snapshot().inbox;
      expect(webhooks).toEqual({ good: attempts['webhook accepted'], bad: 0 });
    });

    test('one region was ill, and no more than one; everybody followed', async () => {
      const [worst] = panelQueries().filter(({ name }) => name.includes('Regions not healthy'));
      if (worst === undefined) throw new Error('no such panel');
      const values = (await answerOf(worst, loop, way)).flatMap(({ points }) => points);
      expect(Math.max(...values.map(([, value]) => value))).toBe(1);
      expect(values.at(-1)?.[1]).toBe(0);
      const following = `min (regionpilot_convergence_ratio{job=~"${jobs[way]}"})`;
      const [line] = await askAt(loop.prometheus.url, following, loop.span.overMs);
      expect(line?.points[0]?.[1]).toBe(1);
    });
  });

  test('a push says what a scrape says: names, labels, and the values of what only counts', async () => {
    const { prometheus, span } = loop;
    const [scraped, pushed] = await Promise.all(
      [jobs.scraped, jobs.pushed].map((job) => seriesAt(prometheus.url, job, span.restedMs)),
    );
    if (scraped === undefined || pushed === undefined) throw new Error('no answer');
    expect(scraped.size).toBeGreaterThan(200);
    expect([...pushed.keys()].sort()).toEqual([...scraped.keys()].sort());
    const counters = [...scraped].filter(isOurs);
    expect(counters.filter(([, value]) => value > 0).length).toBeGreaterThan(20);
    expect(Object.fromEntries(counters)).toEqual(
      Object.fromEntries(counters.map(([name]) => [name, pushed.get(name)])),
    );
  });

  test('no excuse speaks of a panel that is gone', () => {
    const names = panelQueries().map(({ name }) => name);
    expect(excuses.filter(({ at }) => !names.includes(at))).toEqual([]);
  });

  test('what is pushed by a process that is scraped stops at the Collector', async () => {
    const push = (endpoint: string, service: string) =>
      startOtlp({
        endpoint,
        intervalMs: 100,
        resource: { 'service.name': service },
        collect: () => new Registry().gather([sample('regionpilot.moves.day', { group: 'g' }, 1)]),
      });
    const twice = await push(loop.collector.forScraped, 'twice');
    await eventually(() => expect(twice.counts().accepted).toBeGreaterThan(0));
    await twice.close();
    const once = await push(loop.collector.forPushed, 'once');
    const found = (job: string) => askAt(loop.prometheus.url, `{job="${job}"}`, Date.now());
    await eventually(async () => expect(await found('once')).not.toEqual([]));
    await once.close();
    expect(twice.counts().rejected).toBe(0);
    expect(await found('twice')).toEqual([]);
  });
});
