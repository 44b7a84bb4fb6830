/**
 * Where to go after signing in: an address within this app, or home. What comes from the address bar could lead anywhere, so only a path with
 * a single slash at its start is followed.
 */
export function wayOn(then: string | undefined): string {
  if (then?.startsWith('/') !== true) return '/';
  // "//host" and "/\host" are other sites to a browser, and control characters would be dropped from in between
  return /^\/(?:[/\\]|.*\p{Cc})|^\/sign-in/u.test(then) ? '/' : then;
}
