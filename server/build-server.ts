import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { closeCodes, CoboardError } from '../model/errors.ts';
import { innerLimits, limits as agreed, serverLimits, type Limiting } from '../model/limits.ts';
import { systemClock, type Clock } from '../model/clock.ts';
import { accessCollection, dashboardsCollection, type User } from '../model/protocol.ts';
import { ArchivedStore } from './archive/archived-store.ts';
import { Archives } from './archive/archives.ts';
import { Directory } from './access/directory.ts';
import { People } from './access/people.ts';
import { roleOf } from './access/policy.ts';
import { AccessRequests } from './api/access-requests.ts';
import { adminRoutes } from './api/admin-routes.ts';
import { AdminView } from './api/admin-view.ts';
import { accessRequestRoutes } from './api/access-request-routes.ts';
import { ConflictBooks } from './api/conflict-books.ts';
import { dashboardRoutes } from './api/dashboard-routes.ts';
import { Dashboards } from './api/dashboards.ts';
import { healthRoutes } from './api/health-routes.ts';
import { historyRoutes } from './api/history-routes.ts';
import { sessionRoutes } from './api/session-routes.ts';
import { Verification } from './api/verification.ts';
import { ClientIds } from './auth/client-ids.ts';
import { DemoAuthenticator } from './auth/demo-authenticator.ts';
import { JwtAuthenticator } from './auth/jwt-authenticator.ts';
import type { Session } from './auth/session.ts';
import { sessionSecret } from './auth/secret.ts';
import { Cluster } from './cluster/cluster.ts';
import type { NoticeListeners } from './cluster/notice-news.ts';
import { checkOptions } from './config/check-options.ts';
import type { Options } from './config/options.ts';
import { applyAccessChange } from './gate/access-watch.ts';
import { Clients, clientOf, notify } from './gate/client.ts';
import { connectedHere, type Connected } from './gate/connected.ts';
import { installGate } from './gate/gate.ts';
import { HistoryWriter } from './history/history-writer.ts';
import { NamedVersions } from './history/named-versions.ts';
import { deletedWidgets } from './history/deleted-widgets.ts';
import { singleChanges } from './history/single-changes.ts';
import { Timeline } from './history/timeline.ts';
import { readLife } from './history/life.ts';
import { widgetBlame } from './history/widget-blame.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { Metrics } from './metrics/metrics.ts';
import { PresenceRoster } from './presence/roster.ts';
import { isRemoved } from './retention/dashboard-remover.ts';
import { Housekeeper } from './retention/housekeeper.ts';
import { anchoring, readAnchors } from './evidence/anchors.ts';
import { CheckpointWriter } from './evidence/checkpoint-writer.ts';
import { publicKeyOf } from './evidence/checkpoint.ts';
import { Devices } from './evidence/devices.ts';
import { Identities } from './evidence/identities.ts';
import { NamedStore } from './evidence/named-store.ts';
import { Sealer } from './evidence/sealer.ts';
import { keyPath, signingKey } from './evidence/signing-key.ts';
import { verify } from './evidence/verify.ts';
import { openStore, type FullStore } from './store/open-store.ts';
import { Backend } from './sync/backend.ts';
import { Documents } from './sync/documents.ts';
import { Engine } from './sync/engine.ts';
import { PendingOps } from './sync/pending-ops.ts';
import { Rooms } from './sync/rooms.ts';
import { StoreMilestones } from './sync/store-milestones.ts';
import { Turns } from './sync/turns.ts';
import { addressOf, AddressRates } from './transport/address-rates.ts';
import { createHttpServer, type Route } from './transport/http-server.ts';
import { OriginPolicy } from './transport/origin-policy.ts';
import { SyncEndpoint } from './transport/sync-endpoint.ts';

const dayMs = 24 * 3_600_000;

/** What the server takes from outside besides its options. */
export interface Surroundings {
  readonly log: Logger;
  readonly version: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Instead of the one that the options name. */
  readonly store?: FullStore;
  /** Instead of what seals every op: to measure what that costs. */
  readonly sealer?: (identities: Identities) => Sealer;
}

export interface CoboardServer {
  /** Where it answers, after {@link start}. */
  readonly url: string;
  /** What it answers to over HTTP, without the files of the client. */
  readonly routes: readonly Route[];
  /** @throws CoboardError STORE_UNAVAILABLE or PORT_TAKEN */
  start(): Promise<void>;
  /** Drains and stops: what was accepted is durable then. */
  stop(): Promise<void>;
}

/** Puts the server together. Nothing else constructs its parts. */
export async function buildServer(options: Options, { log, version, clock = systemClock, random = Math.random, store: bare = openStore(options.store), sealer = (known) => new Sealer(known) }: Surroundings): Promise<CoboardServer> {
  checkOptions(options);
  const now = (): number => clock.now();
  const elapsed = (): number => clock.elapsed();
  const limits = { ...serverLimits, ...options.limits };
  const metrics = new Metrics({
    sockets: () => clients.size, presences: () => roster.size, dashboards: () => directory.size,
    ...(options.redis === null ? {} : { redis: () => cluster?.isUp === true }),
    pendingOps: () => engine.pending, documents: () => engine.size, documentsBytes: () => engine.bytes, roomSizes: () => rooms.sizes,
  }, clock);
  const limiting: Limiting = { limits, hit: (limit) => { metrics.hit(limit); } };
  // everything below reads from the store; its log names people by reference
  const identities = new Identities(bare, { max: limits.identitiesMax, isNeeded: (id) => clients.countOf(id) > 0, hit: () => { metrics.hit('identitiesMax'); } });
  const archives = new Archives(bare, options.archiveDir);
  const archived = new ArchivedStore(bare, archives);
  const store = new NamedStore(archived, identities);
  await store.start();
  const secret = await sessionSecret(options.sessionSecret, store);

  // who
  const demo = options.auth === 'demo' ? new DemoAuthenticator(secret, now, limits.sessionDurationMs) : null;
  const authenticator = demo ?? new JwtAuthenticator(
    { issuer: options.jwtIssuer ?? '', audience: options.jwtAudience ?? '', jwksUrl: options.jwtJwksUrl, secret: options.jwtSecret }, now,
  );
  const people = new People(store, limiting);
  const nameOf = (id: string): string | undefined => people.get(id)?.name;
  const isAdmin = ({ id, name }: User): boolean => options.admins.includes(id) || (demo !== null && options.admins.includes(name));

  // may they, and who is there
  const clients = new Clients();
  const roster = new PresenceRoster(clock, limiting);
  const directory = new Directory((change) => {
    applyAccessChange(change, clients, roster);
  });

  // the way of an edit: sockets -> gate -> ShareDB -> sequencers -> store -> rooms -> sockets
  const warn = (words: string): void => { log.warn(words); };
  const rooms = new Rooms({
    mayReceive: (agent, collection, id) => {
      const client = clientOf(agent);
      return client === undefined || (collection === dashboardsCollection && directory.may(id, client.user.id, 'read'));
    },
    lagged: () => { metrics.lagged(); },
    failed: (agent) => { clientOf(agent)?.close(closeCodes.storeUnavailable, 'the store does not answer'); },
    log: { warn },
  });
  const key = signingKey(keyPath(options.signingKey, options.store));
  const checkpoints = new CheckpointWriter({
    store: bare, clock, limits, key, log: { warn },
    anchor: anchoring({ file: options.anchorFile, url: options.anchorUrl, fetch }),
  });
  const engine = new Engine({
    store, clock, sealer: sealer(identities), log: { warn }, archivedTo: (collection, id) => archived.archivedTo(collection, id),
    committed: (ops) => {
      directory.committed(ops);
      checkpoints.committed(ops);
      history.committed(ops);
      cluster?.bells.committed(ops);
      const begun = performance.now();
      rooms.deliver(ops);
      metrics.through('publish', performance.now() - begun);
    },
    appended: (batch) => { metrics.appended(batch); },
    limits, hit: limiting.hit,
  });
  rooms.attach(engine);
  const history = new HistoryWriter({ index: bare.history, settings: store, list: (collection) => bare.listSnapshots(collection), engine, identities, clock, limits, log: { warn } });
  const timeline = new Timeline({ index: bare.history, writer: history, identities, engine, nameOf, now });

  const housekeeper = new Housekeeper({
    upkeep: { store: bare, archives, log: archived, engine, identities, checkpoints, clock, passed: () => undefined },
    archiveAfterMs: options.archiveAfterDays * dayMs, purgeAfterMs: options.purgeAfterDays * dayMs, limits, log: { warn, info: (words) => { log.info(words); } },
    removed: (id) => {
      directory.forget(id);
      history.drop(id);
    },
  });

  // other servers on the same store
  const cluster = options.redis === null ? null : new Cluster(options.redis, { secret, engine, rooms, directory, roster, store, clock, log: { warn, info: (words) => { log.info(words); } } });
  const lookUp = cluster ? { lookUp: (id: string) => cluster.directorySync.lookUp(id) } : {};

  const backend = new Backend(engine, rooms, new StoreMilestones(store), {
    authorOf: (agent) => clientOf(agent)?.user ?? null,
    sessionOf: (agent) => clientOf(agent)?.sessionId ?? null,
    mayReceive: rooms.mayReceive,
    sealable: (tookMs) => { metrics.through('seal', tookMs); },
    passed: (passage) => { metrics.passed(passage); },
    log: { warn, debug: (words) => { log.debug(words); } },
    clock, limits, hit: limiting.hit,
  });
  const pendingOps = new PendingOps(backend);
  installGate(backend, {
    directory, roster, clientIds: new ClientIds(secret, (id) => identities.knownSalt(id)), log, limiting,
    refused: (code) => { metrics.refused(code); },
    passed: (tookMs) => { metrics.through('gate', tookMs); },
    turned: (tookMs) => { metrics.through('turn', tookMs); },
    ...lookUp,
  });
  const documents = new Documents(backend, engine);
  const origins = new OriginPolicy({ allowedOrigins: options.allowedOrigins, onlyLocalNames: options.auth === 'demo' && !options.publicDemo });
  // requests and sockets that come in a crowd: those who are here go on meanwhile
  const arrivals = new Turns(clock, limits.turnSliceMs);
  const { addressesMax } = limits;
  const addressRates = (limit: 'requestsPerSecondMax' | 'upgradesPerSecondMax', burstMax: number): AddressRates =>
    new AddressRates({ perSecondMax: limits[limit], burstMax, addressesMax }, elapsed, () => { metrics.hit(limit); });
  const minuteRates = (limit: 'signInsPerMinuteMax' | 'accessRequestsPerMinuteMax'): AddressRates =>
    new AddressRates({ perSecondMax: limits[limit] / 60, burstMax: limits[limit], addressesMax }, elapsed, () => { metrics.hit(limit); });
  const rates = addressRates('requestsPerSecondMax', limits.requestsBurstMax);
  // of their own: who looks whether the server is well may have the address of a proxy that everybody comes by
  const monitoringRates = addressRates('requestsPerSecondMax', limits.requestsBurstMax);
  const upgrades = addressRates('upgradesPerSecondMax', limits.upgradesBurstMax);
  const devices = new Devices({ store, now, log: { warn } });
  const seen = ({ id, user }: Session, agent: string | undefined): void => { devices.seen(id, user.id, agent); };
  const endpoint = new SyncEndpoint({
    backend, authenticator, origins, clients, roster, log, clock, arrivals, limiting,
    limitRequests: (address) => { rates.take(address); },
    limitUpgrades: (request) => { upgrades.take(addressOf(request, options.trustProxy)); },
    seen,
    welcome: ({ id }) => identities.saltOf(id),
    wrote: (frames, bytes) => { metrics.wrote(frames, bytes); },
    flushed: (tookMs) => { metrics.through('write', tookMs); },
    refused: (code) => { metrics.refused(code); },
  });

  // and everything else
  const signIns = minuteRates('signInsPerMinuteMax');
  const dashboards = new Dashboards({ documents, directory, roster, now, random, limiting, inTurn: () => arrivals.come(), isRemoved: (id) => isRemoved(store, id), ...lookUp });
  // told to the sockets of this server; those of others hear of it from the cluster
  const tell: NoticeListeners = {
    conflicts: (userId, d) => {
      for (const client of clients.all()) if (client.user.id === userId) notify(client, { a: 'coboard', type: 'conflicts', d });
    },
    accessRequests: (d) => {
      for (const client of clients.all()) if (directory.may(d, client.user.id, 'share')) notify(client, { a: 'coboard', type: 'accessRequests', d });
    },
  };
  const conflictBooks = new ConflictBooks({
    store, clock, isKnown: (userId) => identities.isKnown(userId),
    changed: (userId, d) => {
      tell.conflicts(userId, d);
      cluster?.notices.conflicts(userId, d);
    },
  });
  const accessRequests = new AccessRequests({
    store, clock,
    roleOf: (id, userId) => (directory.entry(id)?.deletedAt === null ? roleOf(directory.access(id), userId) : undefined),
    changed: (d) => {
      tell.accessRequests(d);
      cluster?.notices.accessRequests(d);
    },
  });
  const asking = minuteRates('accessRequestsPerMinuteMax');
  const connected = (): Connected[] => connectedHere(clients, roster);
  const view = new AdminView({ directory, engine, connectedHere: connected, connectedElsewhere: () => cluster?.people.ask() ?? Promise.resolve([]) });
  const verification = new Verification({
    verify: async (progress) => verify({
      store: bare, archives: new Archives(bare, options.archiveDir), anchors: await readAnchors(options.anchorFile), pageOps: innerLimits.verifyServingPageOps, ownKey: publicKeyOf(key), now: () => performance.now(), progress,
    }),
    total: () => directory.opCount, titleOf: (id) => view.titleOf(id), now,
  });
  let isDraining = false;
  const { http, routes } = await createHttpServer(
    {
      log, origins, arrivals, metrics, trustProxy: options.trustProxy, clientDir: options.clientDir,
      limiting, rates, monitoringRates,
    },
    (to) => {
      healthRoutes(to, { store, metrics, isDraining: () => isDraining });
      sessionRoutes(to, { authenticator, demo, people, clients, version, isAdmin, news: cluster?.news, limitSignIns: (address) => { signIns.take(address); } });
      dashboardRoutes(to, { dashboards, people, conflictBooks, authenticator, seen, limits });
      historyRoutes(to, {
        dashboards, timeline, named: new NamedVersions({ store, identities, now }), authenticator,
        life: (id, slices) => readLife({ engine, index: bare.history, writer: history, identities }, id, slices),
        // which device somebody has is for admins
        changes: (wanted, count) => singleChanges({ engine, nameOf, deviceOf: () => Promise.resolve(null) }, wanted, count),
        deleted: (id) => deletedWidgets({ engine, index: bare.history, writer: history }, id),
        blame: (id, widget) => widgetBlame({ engine, index: bare.history, writer: history }, id, widget),
      });
      accessRequestRoutes(to, { dashboards, accessRequests, authenticator, limitAsking: (userId) => { asking.take(userId); }, log });
      adminRoutes(to, {
        timeline, authenticator, isAdmin, verification, view,
        changes: (wanted) => singleChanges({ engine, nameOf, deviceOf: (session) => devices.agentOf(session) }, wanted),
      });
      endpoint.addRoutes(to);
    },
  );
  endpoint.listen(http.server);

  let url = '';
  let sweep: NodeJS.Timeout | undefined;
  const lifecycle = new Lifecycle(
    [
      { name: 'metrics', start: () => { metrics.loopDelay.start(); }, stop: () => { metrics.loopDelay.stop(); } },
      { name: 'store', stop: () => store.stop() },
      { name: 'identities', start: () => identities.load() },
      { name: 'engine', start: async () => { await engine.recover([dashboardsCollection, accessCollection]); }, drain: () => engine.drain().then(() => checkpoints.finish()) },
      { name: 'history', stop: () => { history.stop(); } },
      { name: 'checkpoints', start: () => checkpoints.start(), stop: () => { checkpoints.stop(); } },
      { name: 'housekeeping', start: () => { housekeeper.start(); }, drain: () => housekeeper.stop() },
      { name: 'directory', start: async () => { await Promise.all([people.load(), directory.load(store)]); } },
      { name: 'backend', drain: () => pendingOps.settled(), stop: () => new Promise((resolve) => { backend.close(() => { resolve(); }); }) },
      {
        name: 'presence',
        start: () => { sweep = setInterval(() => { roster.sweep(); }, agreed.heartbeatIntervalMs); },
        stop: () => { clearInterval(sweep); },
      },
      ...(cluster ? [{
        name: 'cluster',
        start: () => { cluster.start({ ...tell, connected, signedIn: (user) => { people.met(user); }, signedOut: (session) => { clients.endSession(session); } }); },
        stop: () => cluster.stop(),
      }] : []),
      {
        name: 'sockets and http',
        start: async () => { url = await listen(http, options); },
        drain: () => {
          isDraining = true;
          endpoint.drain();
        },
        stop: async () => {
          // who polls asks once more for the goodbye
          await endpoint.stop();
          await http.close();
        },
      },
    ],
    { drainDeadlineMs: limits.drainDeadlineMs, log: { warn: (fields, words) => { log.warn(fields, words); } } },
  );
  return { routes, get url() { return url; }, start: () => lifecycle.start(), stop: () => lifecycle.stop() };
}

/** Listens and gives the address. */
async function listen(http: FastifyInstance, { host, port }: Options): Promise<string> {
  try {
    await http.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new CoboardError('PORT_TAKEN', `Port ${String(port)} on ${host} is taken. Choose another with --port (0 takes any free one).`, { cause: error });
    }
    throw error;
  }
  const { port: actual } = http.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(actual)}`;
}
