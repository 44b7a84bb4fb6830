/// <reference lib="webworker" />
import { cleanupOutdatedCaches, matchPrecache, precache, type PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';

// What makes the app itself open without a network. Files of the build are kept as they are; the page is asked for anew each time, because
// its Content-Security-Policy is the server's, and the last answer is kept for when there is none. A new version of this worker waits until
// the windows of the old one are gone, so that no window loses files that it may still load.

declare const self: ServiceWorkerGlobalScope;
/** The files of the build; put in by `tools/build-service-worker.ts`. */
declare const buildFiles: PrecacheEntry[];

const page = '/index.html';
/** A server that takes longer is as good as none: what is kept is shown. */
const patienceSeconds = 4;

const pages = new NetworkFirst({
  cacheName: 'page',
  networkTimeoutSeconds: patienceSeconds,
  plugins: [{
    // every address of the app is the same page
    cacheKeyWillBeUsed: () => Promise.resolve(page),
    fetchDidSucceed: ({ response }) => {
      if (response.status >= 500) throw new Error(`the server answers with ${String(response.status)}`);
      return Promise.resolve(response);
    },
  }],
});

precache(buildFiles);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(pages, { denylist: [/^\/(api|sync|metrics|healthz|readyz)(\/|$)/, /\.[^/]*$/] }));
registerRoute(
  ({ request, url, sameOrigin }) => sameOrigin && request.mode !== 'navigate' && buildFiles.some((file) => typeof file !== 'string' && file.url === url.pathname),
  async ({ request }) => (await matchPrecache(request)) ?? fetch(request),
);

self.addEventListener('install', (event) => {
  // a page that came before this worker did not go through it
  event.waitUntil(Promise.all(pages.handleAll({ event, request: new Request('/') })));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});
