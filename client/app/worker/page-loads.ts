/** The paths of the scripts and styles that a page of the app loads; null for a page of anybody else, such as that of a network one has to sign in to. */
export function loadsOf(html: string): readonly string[] | null {
  if (!html.includes('<app-root')) return null;
  return [...html.matchAll(/(?:src|href)="([^":?]+\.(?:js|css))"/g)].map(([, path = '']) => (path.startsWith('/') ? path : `/${path}`));
}
