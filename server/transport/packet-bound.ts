import type { Socket } from 'engine.io';

/** What stands between the packets of a body in engine.io's protocol. */
const separator = '\u001e';

interface Parser {
  readonly decodePayload: (body: string) => object[];
}

/**
 * engine.io takes a body apart in one go, however many packets are in it. One of more than `packetsMax` is not taken apart at all:
 * `tooMany` is called instead.
 */
export function boundPackets(engine: Socket, packetsMax: number, tooMany: () => void): void {
  const transport = engine.transport as unknown as { parser: Parser };
  const { parser } = transport;
  transport.parser = {
    ...parser,
    decodePayload: (body) => {
      if (body.split(separator, packetsMax + 1).length <= packetsMax) return parser.decodePayload(body);
      tooMany();
      return [];
    },
  };
}
