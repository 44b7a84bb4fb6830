/** Messages that many sockets are given, written and encoded once for each form that sockets take. */
export interface SharedMessages {
  /** As JSON texts. */
  readonly texts: readonly string[];
  /** How long they are together. */
  readonly chars: number;
  /** What `encode` makes of the texts, made once for each form. */
  encoded(form: string, encode: (texts: readonly string[]) => Buffer): Buffer;
}

/** Messages whose texts are made when the first socket needs them. */
export class LateMessages implements SharedMessages {
  private readonly make: () => readonly string[];
  private made: readonly string[] | null = null;
  private counted: number | null = null;
  private readonly buffers = new Map<string, Buffer>();

  constructor(make: () => readonly string[]) {
    this.make = make;
  }

  get texts(): readonly string[] {
    this.made ??= this.make();
    return this.made;
  }

  get chars(): number {
    this.counted ??= this.texts.reduce((sum, one) => sum + one.length, 0);
    return this.counted;
  }

  encoded(form: string, encode: (texts: readonly string[]) => Buffer): Buffer {
    let buffer = this.buffers.get(form);
    if (!buffer) this.buffers.set(form, (buffer = encode(this.texts)));
    return buffer;
  }
}
