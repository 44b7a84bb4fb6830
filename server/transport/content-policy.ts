const plainHost = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/;

/**
 * The Content-Security-Policy of a page: only our own scripts, styles and sockets.
 * @param host the request's Host header; names the socket endpoint for browsers whose 'self' does not cover `ws:`
 * @param nonce for the style elements that Angular makes
 */
export function contentPolicy(host: string | undefined, nonce: string): string {
  const sockets = host !== undefined && plainHost.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'self'",
    "script-src 'self'",
    // elements need the nonce; attributes are what charts put into their tooltips, and cannot load or run anything
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${sockets}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
