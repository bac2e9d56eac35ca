/** What a service says while it runs: words for a terminal, JSON lines for everything else. */
import type { BusLog } from '@regionpilot/bus';
import type { Level } from '@regionpilot/telemetry';
import { pino } from 'pino';
import type { Paint } from '../text.ts';
import { traceFields } from '../trace-fields.ts';
import { paintFor, type Session } from './session.ts';

export type LogWords<Event> = {
  readonly levelOf: (event: Event) => Level;
  readonly line: (event: Event, nowMs: number, paint: Paint) => string;
};

export type Logs<Event> = {
  readonly service: (event: Event) => void;
  readonly bus: BusLog;
};

export function logsFor<Event extends Parameters<typeof traceFields>[0]>(
  session: Session,
  asJson: boolean,
  words: LogWords<Event>,
): Logs<Event> {
  if (session.noteIsTerminal && !asJson) {
    const paint = paintFor({ ...session, outIsTerminal: true });
    return {
      service: (event) => session.note(words.line(event, Date.now(), paint)),
      bus: ({ event, ...detail }) => session.note(`bus: ${event} ${JSON.stringify(detail)}`),
    };
  }
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => session.note(line.trimEnd()) },
  );
  return {
    service: (event) => logger[words.levelOf(event)]({ ...event, ...traceFields(event) }),
    bus: ({ level, event, ...detail }) => logger[level]({ event: `bus.${event}`, ...detail }),
  };
}
