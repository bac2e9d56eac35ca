// A tar archive of a few small files, in the ustar form that everything reads. Written here because it
// is a header of 512 bytes and no more: a dependency would be larger than the task.
// Layout: POSIX.1-2001, pax, "ustar Interchange Format".

export type TarFile = { readonly name: string; readonly bytes: Uint8Array };

const block = 512;

/** @param names At most 100 bytes each, ASCII. @param atMs What every file claims to be written at. */
export function tarOf(files: readonly TarFile[], atMs: number): Uint8Array {
  const parts = files.flatMap(({ name, bytes }) => [
    header(name, bytes.length, atMs),
    padded(bytes),
  ]);
  return joined([...parts, new Uint8Array(2 * block)]);
}

function header(name: string, size: number, atMs: number): Uint8Array {
  const bytes = new Uint8Array(block);
  const write = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  write(0, name.slice(0, 100));
  write(100, octal(0o600, 8));
  write(108, octal(0, 8));
  write(116, octal(0, 8));
  write(124, octal(size, 12));
  write(136, octal(Math.floor(atMs / 1_000), 12));
  // The checksum counts itself as blanks.
  write(148, '        ');
  write(156, '0');
  write(257, 'ustar\u000000');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, '0')}\u0000 `);
  return bytes;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`;
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / block) * block);
  whole.set(bytes);
  return whole;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
