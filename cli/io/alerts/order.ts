/** `regionpilot alerts ack`, `silence` and `unsilence`: operators' words into the log. */
import { randomBytes } from 'node:crypto';
import { ackOf, formatMatcher, operatorAck } from '@regionpilot/alerts';
import { everyPartition, publishWord } from '@regionpilot/api/orders';
import { formatDuration, type Silence } from '@regionpilot/protocol';
import { labelsText } from '../../alerts/list-lines.ts';
import {
  countHidden,
  createHiding,
  type Preview,
  previewLines,
  previewOf,
} from '../../alerts/preview.ts';
import { findSilence, silenceToEnd, silenceToSet } from '../../alerts/silencing.ts';
import { findTarget, noticesOf, storiesToAck } from '../../alerts/target.ts';
import type {
  AlertsAckRequest,
  AlertsSilenceRequest,
  AlertsUnsilenceRequest,
} from '../../commands/alerts-order.ts';
import type { ExitCode } from '../../exit.ts';
import { authorOf } from '../../hold/order.ts';
import { harmless, isoTime } from '../../text.ts';
import { outJson, outLines, paintFor, type Session } from '../session.ts';
import { type Looking, looking } from './look.ts';
import { readDeliveries } from './read-topic.ts';

const dayMs = 86_400_000;

export async function ackAlert(session: Session, request: AlertsAckRequest): Promise<ExitCode> {
  const author = authorOf(request.author, session.env);
  const acked = request.undo !== true;
  return looking(session, request, async ({ bus, view, topic }) => {
    const nowMs = Date.now();
    const target = findTarget(request.target, view);
    const acks = storiesToAck(target, view).map((key) =>
      operatorAck(key, author, 'cli', acked, nowMs),
    );
    for (const ack of acks) {
      await publishWord(bus, topic('alerts'), ack, view.homes.get(ack.dedupKey) ?? [], nowMs);
    }
    if (request.json === true) return outJson(session, { v: 1, acks });
    const names = noticesOf(target, view).flatMap(({ dedupKey, alerts }) =>
      alerts.map(({ labels }) => [dedupKey, labelsText(labels)] as const),
    );
    const named = new Map([...names].reverse());
    outLines(
      session,
      acks.map(({ dedupKey }) => {
        const before = ackOf(view, dedupKey);
        const what = `${dedupKey} (${named.get(dedupKey) ?? 'no alert shown'})`;
        const took =
          before === null || before.author === author ? '' : `, taken over from ${before.author}`;
        return harmless(
          acked
            ? `${what} is ${author}'s${took}: repeats stop until it resolves or gets worse`
            : `${what} is nobody's again: repeats go on`,
        );
      }),
    );
  });
}

export async function setSilence(
  session: Session,
  request: AlertsSilenceRequest,
): Promise<ExitCode> {
  const author = authorOf(request.author, session.env);
  const id = `s-${randomBytes(4).toString('hex')}`;
  const nowMs = Date.now();
  const silence = silenceToSet(request, id, author, nowMs);
  return looking(session, request, async (found) => {
    const preview = await previewFor(found, silence, nowMs);
    const dryRun = request.dryRun === true;
    if (request.json !== true) outLines(session, previewLines(preview, paintFor(session)));
    if (!dryRun) await writeEverywhere(found, silence, nowMs);
    if (request.json === true) {
      outJson(session, {
        v: 1,
        dryRun,
        silence: dryRun ? { ...silence, id: null } : silence,
        preview,
      });
    } else outLines(session, [dryRun ? 'dry run: nothing was written' : silenced(silence)]);
  });
}

export async function endSilence(
  session: Session,
  request: AlertsUnsilenceRequest,
): Promise<ExitCode> {
  const author = authorOf(request.author, session.env);
  return looking(session, request, async (found) => {
    const nowMs = Date.now();
    const silence = findSilence(request.id, found.view.silences, nowMs);
    const ended = silenceToEnd(silence, author, request.reason, nowMs);
    await writeEverywhere(found, ended, nowMs);
    if (request.json === true) outJson(session, { v: 1, silence: ended });
    else
      outLines(session, [`silence ${ended.id} is over: what it muted and still fires is told now`]);
  });
}

async function previewFor(
  { bus, topic, view }: Looking,
  { matchers }: Silence,
  nowMs: number,
): Promise<Preview> {
  const sinceMs = nowMs - dayMs;
  const hiding = createHiding(matchers);
  for await (const delivery of readDeliveries(bus, topic('deliveries'), sinceMs)) {
    if (delivery.startedMs >= sinceMs) countHidden(hiding, delivery);
  }
  return previewOf(matchers, view, hiding, nowMs);
}

async function writeEverywhere(
  { bus, topic }: Looking,
  silence: Silence,
  nowMs: number,
): Promise<void> {
  const alerts = topic('alerts');
  await publishWord(bus, alerts, silence, await everyPartition(bus, alerts), nowMs);
}

function silenced({ id, matchers, startsMs, endsMs }: Silence): string {
  const what = matchers.map(formatMatcher).join(', ');
  return harmless(
    `silence ${id} is in force for ${formatDuration(endsMs - startsMs)}, until ${isoTime(endsMs)}: ${what}`,
  );
}
