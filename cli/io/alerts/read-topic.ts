/** The `alerts` topic and the attempts in `deliveries`, read once. */
import { type AlertsView, addEntry, openFold, viewOfFold } from '@regionpilot/alerts';
import type { Bus } from '@regionpilot/bus';
import { type Delivery, decodeAlertsRecord, decodeDelivery } from '@regionpilot/protocol';
import { readTopic } from '../read-log.ts';

/** What cannot be read is passed over: its owner has put it with the dead letters. */
export async function readAlerts(bus: Bus, topic: string): Promise<AlertsView> {
  const fold = openFold();
  for await (const { partition, key, value } of readTopic(bus, topic)) {
    const decoded = value === null ? null : decodeAlertsRecord(value);
    if (decoded?.kind === 'invalid') continue;
    addEntry(fold, { partition, key, record: decoded?.value ?? null });
  }
  return viewOfFold(fold);
}

export async function* readDeliveries(
  bus: Bus,
  topic: string,
  sinceMs: number,
): AsyncGenerator<Delivery> {
  for await (const { value } of readTopic(bus, topic, sinceMs)) {
    const decoded = value === null ? null : decodeDelivery(value);
    if (decoded?.kind === 'ok') yield decoded.value;
  }
}
