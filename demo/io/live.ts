// The live view: a script that plays by itself at first, then the keys.

import type { Happening } from '../happening.ts';
import { type Action, actionsOf } from '../keys.ts';
import type { DemoOptions } from '../options.ts';
import { buildReport, type Report } from '../report.ts';
import { isOver, watched } from '../script.ts';
import { regionNames } from '../settings.ts';
import { withColour, withoutColour } from '../view/lines.ts';
import { render, type Screen } from '../view/screen.ts';
import { type Player, play } from './player.ts';
import { openTerminal } from './terminal.ts';
import { whenAborted } from './when-aborted.ts';
import type { World } from './world.ts';

const redrawMs = 200;

export type LiveOptions = Pick<DemoOptions, 'fault'> & {
  readonly colour: boolean;
  readonly startedMs: number;
  /** Grows as things happen. */
  readonly happenings: readonly Happening[];
};

/** Resolves when the user leaves. */
export async function runLive(
  world: World,
  options: LiveOptions,
  stopping: AbortSignal,
): Promise<void> {
  const quit = Promise.withResolvers<void>();
  whenAborted(stopping, quit.resolve);
  const controls = new Controls(world, options, quit.resolve);
  const paint = options.colour ? withColour : withoutColour;
  const redraw = (): void => terminal.draw(render(controls.screen(), terminal.size(), paint));
  const terminal = openTerminal((input) => {
    for (const action of actionsOf(input)) controls.act(action);
    redraw();
  }, redraw);
  const timer = setInterval(redraw, redrawMs);
  try {
    await quit.promise;
  } finally {
    clearInterval(timer);
    controls.stop();
    terminal.close();
  }
}

class Controls {
  readonly #world: World;
  readonly #options: LiveOptions;
  readonly #quit: () => void;
  #player: Player;
  #chosen = 0;
  #help = false;
  /** Orders to the world, one after another. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(world: World, options: LiveOptions, quit: () => void) {
    this.#world = world;
    this.#options = options;
    this.#quit = quit;
    this.#player = play(world, options.fault, [this.#region], watched);
  }

  screen(): Screen {
    const script = this.#player.script();
    return {
      world: this.#world.snapshot(),
      startedMs: this.#options.startedMs,
      script: isOver(script) || this.#player.stopped() ? null : script,
      report: this.#report(),
      happenings: this.#options.happenings,
      chosen: this.#chosen,
      help: this.#help,
    };
  }

  act(action: Action): void {
    switch (action.kind) {
      case 'choose':
        this.#chosen = action.region;
        return;
      case 'help':
        this.#help = !this.#help;
        return;
      case 'quit':
        this.#quit();
        return;
      case 'break':
        this.#takeOver();
        this.#order(this.#region, (region) => this.#world.inject(region, action.fault));
        return;
      case 'heal':
        this.#takeOver();
        this.#order(this.#region, this.#world.heal);
        return;
      case 'acknowledge':
        this.#work = this.#work.then(this.#world.acknowledge).catch(this.#quit);
        return;
      case 'outage':
        this.#takeOver();
        for (const name of regionNames) this.#order(name, this.#world.heal);
        this.#player = play(this.#world, this.#options.fault, [this.#region], watched);
        return;
    }
  }

  stop(): void {
    this.#player.stop();
  }

  get #region(): string {
    return regionNames[this.#chosen] ?? '';
  }

  /** The user's hand ends the script. */
  #takeOver(): void {
    this.#player.stop();
  }

  #order(region: string, run: (region: string) => Promise<void>): void {
    this.#work = this.#work.then(() => run(region)).catch(this.#quit);
  }

  #report(): Report | null {
    const last = this.#world.lastOutageMs();
    return last === null ? null : buildReport(this.#world.runLog(last));
  }
}
