// The catalogue of log events against what the parts really say. It does not compile where an event
// or a field is missing on either side: the one place that sees the parts and the catalogue.

import type { AggregatorEvent } from '@regionpilot/aggregator';
import type { ApiEvent } from '@regionpilot/api';
import type { BusLogEvent } from '@regionpilot/bus';
import { type LogSpec, logEvents, type TelemetryEvent } from '@regionpilot/telemetry';
import type { AlertingSaid } from './alerts/said.ts';

type Said = { readonly event: string };
type Named<Event, Name> = Event extends Said
  ? Name extends Event['event']
    ? Event
    : never
  : never;
type FieldsOf<Event, Name> = Exclude<keyof Named<Event, Name>, 'event'>;

type Catalogued<Event extends Said> = {
  readonly [Name in Event['event']]: LogSpec & {
    readonly fields: readonly FieldsOf<Event, Name>[];
  };
};

/** Fields and names that are on one side only. */
type Missing<Event extends Said, Specs extends Catalogued<Event>> =
  | Exclude<keyof Specs, Event['event']>
  | {
      readonly [Name in Event['event']]: Exclude<
        FieldsOf<Event, Name>,
        Specs[Name]['fields'][number]
      >;
    }[Event['event']];

type Exactly<Event extends Said, Specs extends Catalogued<Event>> = [
  Missing<Event, Specs>,
] extends [never]
  ? Specs
  : never;

const aggregator: Exactly<AggregatorEvent, typeof logEvents.aggregator> = logEvents.aggregator;
const alerts: Exactly<AlertingSaid, typeof logEvents.alerts> = logEvents.alerts;
const api: Exactly<ApiEvent, typeof logEvents.api> = logEvents.api;
const telemetry: Exactly<TelemetryEvent, typeof logEvents.telemetry> = logEvents.telemetry;

type BusNames = { readonly [Name in BusLogEvent['event']]: LogSpec };
type BusExactly =
  Exclude<keyof typeof logEvents.bus, BusLogEvent['event']> extends never ? BusNames : never;

/** Of a bus only the names: its details are free. */
export const busLogs: BusExactly = logEvents.bus;

export const aggregatorLogs: Readonly<Record<string, LogSpec>> = { ...aggregator, ...telemetry };
export const alertsLogs: Readonly<Record<string, LogSpec>> = { ...alerts, ...telemetry };
export const apiLogs: Readonly<Record<string, LogSpec>> = api;
