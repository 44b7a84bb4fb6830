/** What Coboard needs of a WebSocket: a browser's, Node's own and that of the `ws` package all fit. */
export interface ClientSocket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** Opens a socket to an address, asking for subprotocols. */
export type OpenSocket = (url: string, protocols: readonly string[]) => ClientSocket;

/** Sockets as a browser opens them; the session's cookie goes along by itself. */
// TypeScript compares handlers, which are only ever written here, as if they were read
export const browserSockets: OpenSocket = (url, protocols) => new WebSocket(url, [...protocols]) as unknown as ClientSocket;

/** The constructor of the `ws` package's sockets. */
export type HeaderSocketConstructor = new (url: string, protocols: string[], options: { headers: Record<string, string> }) => object;

/** Sockets outside of a browser (`ws` in Node), signed in by a bearer token that is read anew for each attempt. */
export function bearerSockets(Socket: HeaderSocketConstructor, token: () => string | null): OpenSocket {
  return (url, protocols) => {
    const bearer = token();
    return new Socket(url, [...protocols], { headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` } }) as ClientSocket;
  };
}
