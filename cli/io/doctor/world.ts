/** What doctor's questions are asked of: settings, files, and a log that is read once for all. */
import type { Bus, BusConfig } from '@regionpilot/bus';
import { topicFullName } from '@regionpilot/protocol';
import type { DoctorRequest } from '../../commands/doctor.ts';
import type { ConfigFile } from '../../config/file.ts';
import type { Settings } from '../../config/settings.ts';
import { busConfigOf, openBus } from '../open-bus.ts';
import { type Control, type FullName, readControl, readSums, type Sums } from './log.ts';
import { within } from './within.ts';

export type World = {
  readonly request: DoctorRequest;
  readonly file: ConfigFile;
  readonly settings: Settings;
  readonly config: BusConfig;
  readonly full: FullName;
  readonly nowMs: () => number;
  readonly bus: () => Promise<Bus>;
  readonly control: () => Promise<Control>;
  readonly sums: () => Promise<Sums>;
  readonly close: () => Promise<void>;
};

/** Losses are asked for over this long. */
export const spanMs = 15_000;
const closeMs = 1_000;

/** @throws {PipelineError} when a secret of the bus cannot be read. */
export function openWorld(request: DoctorRequest, file: ConfigFile, settings: Settings): World {
  const full: FullName = (topic) => topicFullName(settings.topics.prefix, topic);
  const bus = once(() => openBus(settings.bus));
  const nowMs = (): number => Date.now();
  let isOpen = false;
  const opened = (): Promise<Bus> => {
    isOpen = true;
    return bus();
  };
  return {
    request,
    file,
    settings,
    config: busConfigOf(settings.bus),
    full,
    nowMs,
    bus: opened,
    control: once(async () => readControl(await opened(), full, nowMs())),
    sums: once(async () => readSums(await opened(), full, nowMs() - spanMs)),
    close: async () => {
      if (!isOpen) return;
      const closing = bus().then((each) => each.close());
      await within(closeMs, closing).catch(() => undefined);
    },
  };
}

function once<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let result: Promise<Value> | undefined;
  return () => {
    result ??= work();
    // Whoever asks hears of a failure; nobody may have asked yet.
    result.catch(() => undefined);
    return result;
  };
}
