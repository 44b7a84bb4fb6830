/** Frames of a server as they lie in the bytes of a chunk: text in [start, end). */
export type TakeFrame = (data: Buffer, start: number, end: number) => void;

const opcodes = { close: 8, ping: 9, pong: 10 };

/**
 * Reads the frames of a WebSocket server without an event for each, so that a few hundred readers in one process are not what limits a
 * measurement. For servers that neither fragment nor compress.
 */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);
  private readonly take: TakeFrame;
  private readonly begin: (data: Buffer) => void;
  private readonly ping: () => void;

  /** `begin` is told of each chunk before its frames are taken. */
  constructor(take: TakeFrame, begin: (data: Buffer) => void, ping: () => void) {
    this.take = take;
    this.begin = begin;
    this.ping = ping;
  }

  read(chunk: Buffer): void {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.begin(data);
    let at = 0;
    for (;;) {
      const end = this.frame(data, at);
      if (end === null) break;
      at = end;
    }
    this.rest = data.subarray(at);
  }

  /** Takes the frame that begins somewhere; gives where it ends, or null if it is not all there yet. */
  private frame(data: Buffer, at: number): number | null {
    if (data.length < at + 2) return null;
    let length = data.readUInt8(at + 1) & 0x7f;
    let head = 2;
    if (length === 126) {
      head = 4;
      if (data.length < at + head) return null;
      length = data.readUInt16BE(at + 2);
    } else if (length === 127) {
      head = 10;
      if (data.length < at + head) return null;
      length = Number(data.readBigUInt64BE(at + 2));
    }
    const [start, end] = [at + head, at + head + length];
    if (data.length < end) return null;
    const opcode = data.readUInt8(at) & 0x0f;
    if (opcode === opcodes.ping) this.ping();
    else if (opcode < opcodes.close) this.take(data, start, end);
    return end;
  }
}
