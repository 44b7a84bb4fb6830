// Public methods of ShareDB 7's client that @types/sharedb (written for version 5) leaves out.
import 'sharedb/lib/client/index.js';

declare module 'sharedb/lib/client/index.js' {
  interface Connection {
    bindToSocket(socket: unknown): void;
    startBulk(): void;
    endBulk(): void;
  }
}
