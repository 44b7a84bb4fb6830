import { serverLimits } from '../../model/limits.ts';

const text = 0x81;

/** Texts as WebSocket frames, a frame each, in one buffer. A server's frames are not masked, so every socket can be given the same bytes. */
export function framesOf(texts: readonly string[]): Buffer {
  const sizes = texts.map((one) => Buffer.byteLength(one));
  const buffer = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + headSize(size) + size, 0));
  let at = 0;
  texts.forEach((one, i) => {
    at = writeHead(buffer, at, sizes[i] ?? 0);
    at += buffer.write(one, at);
  });
  return buffer;
}

/** Several messages in one frame, a line each: JSON has no line breaks outside of its texts, where they are escaped. Very many go into several frames. */
export const frameOf = (texts: readonly string[]): Buffer => framesOf(texts.length === 1 ? texts : linesOf(texts));

/** Messages as texts of lines that are not much longer than a limit: no text can have more than half a billion characters. */
export function linesOf(texts: readonly string[], charsMax: number = serverLimits.frameCharsMax): string[] {
  const groups: string[] = [];
  let [from, chars] = [0, 0];
  texts.forEach((one, i) => {
    if (i > from && chars + one.length > charsMax) {
      groups.push(texts.slice(from, i).join('\n'));
      [from, chars] = [i, 0];
    }
    chars += one.length;
  });
  return [...groups, texts.slice(from).join('\n')];
}

const headSize = (size: number): number => (size < 126 ? 2 : size < 65_536 ? 4 : 10);

/** RFC 6455, 5.2: the length in 7 bits, or in the 2 or 8 bytes that follow. */
function writeHead(buffer: Buffer, from: number, size: number): number {
  buffer[from] = text;
  if (size < 126) {
    buffer[from + 1] = size;
    return from + 2;
  }
  if (size < 65_536) {
    buffer[from + 1] = 126;
    return buffer.writeUInt16BE(size, from + 2);
  }
  buffer[from + 1] = 127;
  return buffer.writeBigUInt64BE(BigInt(size), from + 2);
}
