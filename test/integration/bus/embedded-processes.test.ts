import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedBus } from '../../../bus/embedded/index.ts';
import type { Bus } from '../../../bus/index.ts';
import { consumed, followed, newTopic, record } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';

type Said = { readonly assigned?: number; readonly revoked?: number; readonly key?: string };

describe('several processes on one embedded log', () => {
  let folder: string;
  let file: string;
  let bus: Bus;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regionpilot-bus-'));
    file = join(folder, 'bus.db');
    bus = openEmbeddedBus({ file });
  });
  afterEach(async () => {
    await bus.close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const startMember = (topic: string, group: string) => {
    const said: Said[] = [];
    const script = join(import.meta.dirname, 'embedded-member.ts');
    const child = fork(script, [file, topic, group], { execArgv: [] });
    child.on('message', (message: Said) => said.push(message));
    children.push(child);
    return { child, said, holds: () => said.flatMap(({ assigned }) => assigned ?? []) };
  };

  test('what one publishes the other reads, both ways', async () => {
    const topic = await newTopic(bus);
    const other = startMember(topic, 'group');
    const tail = await followed(bus, topic);
    await eventually(() => expect(other.holds()).toEqual([0]));
    await bus.publish(topic, [record('from here', null)]);
    await eventually(() => expect(other.said).toContainEqual({ key: 'from here', partition: 0 }));
    other.child.send({ publish: 'from there' });
    await eventually(() => expect(tail.records.map(({ key }) => key)).toContain('from there'));
  });

  test('a process that leaves gives its partitions away at once, and ends by itself', async () => {
    const topic = await newTopic(bus, { partitions: 2 });
    const other = startMember(topic, 'group');
    await eventually(() => expect(other.holds()).toHaveLength(2));
    const here = await consumed(bus, topic, 'group');
    await eventually(() => expect(here.assigned).toHaveLength(1));
    const ended = once(other.child, 'exit');
    other.child.send({ close: true });
    await eventually(() => expect(new Set(here.assigned).size).toBe(2), 2_000);
    expect(await ended).toEqual([0, null]);
  });

  test('a killed process loses its partitions after its lease, and nothing it did not commit', async () => {
    const topic = await newTopic(bus, { partitions: 2 });
    const other = startMember(topic, 'group');
    await eventually(() => expect(other.holds()).toHaveLength(2));
    const here = await consumed(bus, topic, 'group');
    await eventually(() => expect(here.assigned).toHaveLength(1));
    await bus.publish(
      topic,
      [0, 1].map((partition) => ({ ...record('k', 'v'), partition })),
    );
    await eventually(() => expect(here.records).toHaveLength(1));
    await eventually(() => expect(other.said.some(({ key }) => key === 'k')).toBe(true));
    other.child.kill('SIGKILL');
    await eventually(() => {
      expect(new Set(here.records.map(({ partition }) => partition)).size).toBe(2);
    });
  });

  test('four processes publish at once: every record is there once, none is refused', async () => {
    const topic = await newTopic(bus);
    const members = [0, 1, 2, 3].map((i) => startMember(topic, `group ${i}`));
    for (const { holds } of members) await eventually(() => expect(holds()).toEqual([0]));
    const tail = await followed(bus, topic);
    for (let i = 0; i < 100; i++) {
      for (const [m, { child }] of members.entries()) child.send({ publish: `${m}/${i}` });
    }
    await eventually(() => expect(tail.records).toHaveLength(400));
    expect(new Set(tail.records.map(({ key }) => key)).size).toBe(400);
    expect(tail.records.map(({ offset }) => offset)).toEqual([...Array(400).keys()]);
  });
});
