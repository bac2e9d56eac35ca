// One walk over everybody for the rosters: who belongs to which group now, and a fingerprint of what
// a roster tells that is worth telling soon. Counts of commands change with every batch, so they
// are not in it. Numbers and slots only: this runs once a second over every client.

import { presences } from './clients.ts';
import type { Folder } from './state.ts';

export type GroupScan = {
  /** Membership slots of clients here, and client slots of those that said goodbye. */
  readonly members: number[];
  readonly left: number[];
  /** Of membership, presence, applied versions, verdicts and ready connections. */
  print: number;
};

/** Client slot → slot + 1 of the group it was in: a goodbye ends memberships, and is still news. */
export type LastGroups = { slots: Int32Array };

/** By slot of the group. */
export function scanMembers(folder: Folder, last: LastGroups): readonly (GroupScan | null)[] {
  const scans = folder.groups.map((group) => group && { members: [], left: [], print: 0 });
  const { presence, firstMembership } = folder.clients.columns;
  const { next } = folder.memberships.columns;
  if (last.slots.length < folder.clients.capacity) last.slots = widened(last.slots, folder);
  for (let client = 0; client < folder.clients.used; client++) {
    if (presence[client] === presences.here) {
      const first = firstMembership[client] as number;
      for (let at = first; at !== 0; at = next[at - 1] as number) {
        scanMembership(folder, scans, client, at - 1);
      }
      last.slots[client] = first === 0 ? 0 : groupOf(folder, first - 1) + 1;
    } else if (presence[client] === presences.saidGoodbye) {
      scanGoodbye(scans, client, (last.slots[client] as number) - 1);
    } else last.slots[client] = 0;
  }
  return scans;
}

/** Not heard for too long, without a goodbye. */
export function isSilent(folder: Folder, client: number): boolean {
  const silentMs = folder.clock.watermarkMs - (folder.clients.columns.lastSeenMs[client] as number);
  return silentMs > folder.policy.clientSilentMs;
}

function widened(slots: Int32Array, { clients }: Folder): Int32Array {
  const wider = new Int32Array(clients.capacity);
  wider.set(slots);
  return wider;
}

function groupOf({ memberships }: Folder, membership: number): number {
  return memberships.columns.group[membership] as number;
}

function scanMembership(
  folder: Folder,
  scans: readonly (GroupScan | null)[],
  client: number,
  membership: number,
): void {
  const { term, epoch, firstWitness } = folder.memberships.columns;
  const scan = scans[groupOf(folder, membership)];
  if (!scan) return;
  scan.members.push(membership);
  let print = mix(scan.print, client * 2 + (isSilent(folder, client) ? 1 : 0));
  print = mix(mix(print, term[membership] as number), epoch[membership] as number);
  const { next, cell, verdict, ready } = folder.witnesses.columns;
  for (let at = firstWitness[membership] as number; at !== 0; at = next[at - 1] as number) {
    print = mix(print, ((cell[at - 1] as number) << 3) | (verdict[at - 1] as number));
    print = mix(print, ready[at - 1] as number);
  }
  scan.print = print;
}

function scanGoodbye(scans: readonly (GroupScan | null)[], client: number, group: number): void {
  const scan = scans[group];
  if (!scan) return;
  scan.left.push(client);
  scan.print = mix(scan.print, ~client);
}

/** A step of FNV-1a, with whole numbers for bytes: two equal prints of different scans only make a
 * roster late. */
function mix(print: number, value: number): number {
  return Math.imul(print ^ value, 16_777_619);
}
