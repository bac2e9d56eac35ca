// The terminal: a second screen without cursor, keys as they are pressed, and everything put back as
// it was, whatever ends the process.

import type { Size } from '../view/screen.ts';

export type Terminal = {
  /** Draws a whole frame; the same frame again costs nothing. */
  readonly draw: (frame: string) => void;
  readonly size: () => Size;
  readonly close: () => void;
};

const enter = '\u001b[?1049h\u001b[?25l\u001b[2J';
const leave = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const toLineEnd = '\u001b[K';

export function openTerminal(onInput: (input: string) => void, onResize: () => void): Terminal {
  const { stdin, stdout } = process;
  let shown = '';
  let open = true;
  const input = (chunk: Buffer): void => onInput(chunk.toString());
  const resized = (): void => {
    shown = '';
    stdout.write('\u001b[2J');
    onResize();
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    process.removeListener('exit', close);
    stdin.removeListener('data', input);
    stdout.removeListener('resize', resized);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(leave);
  };
  process.once('exit', close);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', input);
  stdout.on('resize', resized);
  stdout.write(enter);
  return {
    draw: (frame) => {
      if (!open || frame === shown) return;
      shown = frame;
      stdout.write(`${home}${frame.replaceAll('\n', `${toLineEnd}\n`)}${toLineEnd}`);
    },
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    close,
  };
}
