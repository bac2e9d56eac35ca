// Small numbers in few bytes: seven bits each, low first, the high bit says that more follow
// (LEB128, as in Protocol Buffers and WebAssembly). Reading never throws: a reader that runs out of
// bytes is `broken` and answers zeros.

export type Writer = { bytes: Uint8Array; size: number };
export type Reader = { readonly bytes: Uint8Array; at: number; broken: boolean };

const utf8Writer = new TextEncoder();
const utf8Reader = new TextDecoder();

export function createWriter(): Writer {
  return { bytes: new Uint8Array(1_024), size: 0 };
}

export function written(writer: Writer): Uint8Array {
  return writer.bytes.slice(0, writer.size);
}

/** An integer from 0 to 2^53 − 1. */
export function putInt(writer: Writer, value: number): void {
  reserve(writer, 8);
  let rest = value;
  while (rest > 127) {
    writer.bytes[writer.size++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  writer.bytes[writer.size++] = rest;
}

export function putText(writer: Writer, text: string): void {
  const encoded = utf8Writer.encode(text);
  putInt(writer, encoded.length);
  reserve(writer, encoded.length);
  writer.bytes.set(encoded, writer.size);
  writer.size += encoded.length;
}

export function createReader(bytes: Uint8Array): Reader {
  return { bytes, at: 0, broken: false };
}

export function takeInt(reader: Reader): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 8; i++) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) break;
    value += (byte % 128) * scale;
    if (byte < 128) return value <= Number.MAX_SAFE_INTEGER ? value : fail(reader);
    scale *= 128;
  }
  return fail(reader);
}

/** A number of things that follow, each of at least one byte. */
export function takeCount(reader: Reader): number {
  const count = takeInt(reader);
  return count <= reader.bytes.length - reader.at ? count : fail(reader);
}

export function takeText(reader: Reader): string {
  const length = takeCount(reader);
  const text = utf8Reader.decode(reader.bytes.subarray(reader.at, reader.at + length));
  reader.at += length;
  return text;
}

/** FNV-1a, 32 bits: against damage, not against malice. */
export function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function fail(reader: Reader): number {
  reader.broken = true;
  reader.at = reader.bytes.length;
  return 0;
}

function reserve(writer: Writer, more: number): void {
  if (writer.size + more <= writer.bytes.length) return;
  const bigger = new Uint8Array(Math.max(writer.bytes.length * 2, writer.size + more));
  bigger.set(writer.bytes);
  writer.bytes = bigger;
}
