// Whether an order was heard and what came of it, told from the timeline: first the aggregator says
// that it heard the order, then it decides or refuses.

import type { IncidentRecord, Override, SafetyRule } from '@regionpilot/protocol';

export type Effect =
  /** Nothing heard yet. */
  | { readonly kind: 'waiting' }
  /** Heard; `done` when no change of routes is to be expected. */
  | { readonly kind: 'heard'; readonly done: boolean }
  | { readonly kind: 'decided'; readonly epoch: number; readonly text: string }
  | { readonly kind: 'refused'; readonly rule: SafetyRule; readonly text: string };

export function isDone(effect: Effect): boolean {
  return (
    effect.kind === 'decided' ||
    effect.kind === 'refused' ||
    (effect.kind === 'heard' && effect.done)
  );
}

/** @param routesChange Is a decision (or its refusal) to be expected after the order was heard? */
export function onRecord(
  effect: Effect,
  { event }: IncidentRecord,
  order: Override,
  routesChange: boolean,
): Effect {
  switch (effect.kind) {
    case 'waiting':
      return event.kind === 'overrideChanged' && isSame(event.override, order)
        ? { kind: 'heard', done: !routesChange }
        : effect;
    case 'heard':
      if (event.kind === 'decided' && isManual(event.decision.reason)) {
        return { kind: 'decided', epoch: event.decision.epoch, text: event.decision.text };
      }
      if (event.kind === 'refused' && isManual(event.wanted)) {
        return { kind: 'refused', rule: event.rule, text: event.text };
      }
      return effect;
    case 'decided':
    case 'refused':
      return effect;
  }
}

export function effectText(group: string, effect: Effect): string {
  switch (effect.kind) {
    case 'waiting':
      return `${group}: no aggregator took the order up yet; it is stored (see "regionpilot status")`;
    case 'heard':
      return effect.done
        ? `${group}: in force`
        : `${group}: heard, routes not changed yet (see "regionpilot explain ${group}")`;
    case 'decided':
      return `${group}: epoch ${effect.epoch}: ${effect.text}`;
    case 'refused':
      return `${group}: refused by ${effect.rule}: ${effect.text}`;
  }
}

function isSame(heard: Override | null, order: Override): boolean {
  return heard?.atMs === order.atMs && heard.author === order.author;
}

function isManual(reason: string): boolean {
  return reason === 'operatorHold' || reason === 'operatorHoldEnded';
}
