/// <reference lib="webworker" />
import { PrecacheController, type PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';
import { loadsOf } from './page-loads';

// What makes the app itself open without a network. Each build has its page and its files in caches of its own, so a newer worker that
// installs takes nothing from the one that is at work. It waits until a person asks for it, or until the windows of the old one are gone.
// The page is asked for anew each time, because its Content-Security-Policy is the server's; the page of a newer build is left to its worker.

declare const self: ServiceWorkerGlobalScope;
/** The files of the build, and its name; put in by `tools/build-service-worker.ts`. */
declare const buildFiles: PrecacheEntry[];
declare const buildName: string;

const page = '/index.html';
const [pageCache, filesCache] = [`page-${buildName}`, `files-${buildName}`];
/** A server that takes longer is as good as none: what is kept is shown. */
const patienceSeconds = 4;
/** Caches of earlier builds that stay while there are windows, which may still load what they are made of; two a build. */
const earlierCachesMax = 6;

const files = new PrecacheController({ cacheName: filesCache });
files.addToCacheList(buildFiles);
const isFile = (path: string): boolean => files.getCacheKeyForURL(path) !== undefined;

/** Whose page an answer is: of this build, of another one, or no page of the app at all. */
async function pageOf(answer: Response): Promise<'ours' | 'another' | 'foreign'> {
  const loads = loadsOf(await answer.clone().text());
  if (loads === null) return 'foreign';
  return loads.every(isFile) ? 'ours' : 'another';
}

const pages = new NetworkFirst({
  cacheName: pageCache,
  networkTimeoutSeconds: patienceSeconds,
  plugins: [{
    // every address of the app is the same page
    cacheKeyWillBeUsed: () => Promise.resolve(page),
    fetchDidSucceed: async ({ response }) => {
      if (response.status >= 500) throw new Error(`the server answers with ${String(response.status)}`);
      if ((await pageOf(response)) !== 'another') return response;
      void self.registration.update();
      throw new Error('the page is of another build');
    },
    cacheWillUpdate: async ({ response }) => (response.status === 200 && (await pageOf(response)) === 'ours' ? response : null),
    // without a page of one's own, that of the other build is better than none
    handlerDidError: ({ request }) => fetch(request),
  }],
});

registerRoute(new NavigationRoute(pages, { denylist: [/^\/(api|sync|metrics|healthz|readyz)(\/|$)/, /\.[^/]*$/] }));
registerRoute(
  ({ request, url, sameOrigin }) => sameOrigin && request.mode !== 'navigate' && (isFile(url.pathname) || /\.(js|css)$/.test(url.pathname)),
  // what is not of this build may be of one whose window is still open
  async ({ request }) => (await files.matchPrecache(request)) ?? (await caches.match(request, { ignoreSearch: true })) ?? fetch(request),
);

/** What did not change since an earlier build is not loaded again. */
async function takeOver(): Promise<void> {
  const cache = await caches.open(filesCache);
  for (const key of files.getURLsToCacheKeys().values()) {
    const kept = await caches.match(key);
    if (kept !== undefined) await cache.put(key, kept);
  }
}

/** Removes earlier builds: all of them where no window is open, and else those that are long gone. */
async function tidy(): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // in the order in which they were made
  const earlier = (await caches.keys()).filter((name) => name !== pageCache && name !== filesCache);
  const spared = windows.length === 0 ? 0 : earlierCachesMax;
  for (const name of earlier.slice(0, Math.max(0, earlier.length - spared))) await caches.delete(name);
}

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    await takeOver();
    await files.install(event);
    // a page that came before this worker did not go through it
    await Promise.all(pages.handleAll({ event, request: new Request('/') }));
    if ((await (await caches.open(pageCache)).match(page)) === undefined) throw new Error('the server has another build by now');
  })());
});
self.addEventListener('message', ({ data }) => {
  if ((data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    await tidy();
    await self.clients.claim();
  })());
});
