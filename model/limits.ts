/**
 * Every size and rate that the product enforces, in one place. Each has its unit in its name (`Count` where none is given is
 * understood for plain maxima) and a reason beside it. The server enforces them; the client shows them before they are hit.
 */

/** Those that clients and all servers of one store must agree on: they say what a dashboard is and how one speaks of it. */
export const limits = {
  // The document
  /** Deeper than the schema ever goes; bounds recursion on hostile input. */
  documentDepthMax: 12,
  tabsMax: 30,
  widgetsMax: 200,
  variablesMax: 50,
  datasetsMax: 20,
  /** Over all datasets of one dashboard: small tables that live in the document. */
  datasetCellsMax: 2_000,
  datasetColumnsMax: 40,
  datasetRowsMax: 1_000,
  checklistItemsMax: 200,
  titleCharsMax: 200,
  descriptionCharsMax: 2_000,
  noteCharsMax: 100_000,
  cellCharsMax: 2_000,
  shortTextCharsMax: 100,
  idCharsMax: 40,
  orderCharsMax: 64,

  // The grid
  gridColumns: 12,
  gridRowsMax: 1_000,

  // One operation
  /** Components, and the insertions and deletions in those of texts: each of them is work for every op that is transformed past it. */
  opComponentsMax: 1_000,
  opBytesMax: 1_000_000,

  // One message
  /** Dashboards in one message. */
  bulkIdsMax: 50,

  // Presence
  presenceSelectionMax: 50,
  /** Cursor samples a second that our client sends at most. */
  presenceSendsPerSecondMax: 20,
  /** A person without any sign for this long leaves the room. */
  presenceTimeoutMs: 30_000,
  presenceIdleAfterMs: 120_000,

  // Connection
  /** The server pings each socket this often and drops one that has not answered by the next time. */
  heartbeatIntervalMs: 10_000,
  connectTimeoutMs: 15_000,
  /** A REST request of our client that has no whole answer by then is given up: a network may swallow it without a word. */
  answerTimeoutMs: 30_000,
  /** Who is signed in is asked at each start; where that is known from the last time, it is waited for no longer than this. */
  startPatienceMs: 1_500,
  /** A server that stops asks its clients to come back about so fast, each after a time of its own. */
  reconnectsPerSecond: 200,
  /** And never faster than this, announced or not: on two slow cores a server has a thousand back, dashboards and all, in 1.4 s. */
  reconnectsPerSecondMax: 700,
  reconnectSpreadMaxMs: 20_000,
  reconnectDelayMinMs: 250,
  reconnectDelayMaxMs: 30_000,
  /** So many WebSockets in a row that nothing came through, while the server answers over HTTP: the network blocks them, and long polling is next. */
  fallbackFailuresMax: 2,
  /** So many in a row that were cut before they had held for long are as good as blocked. */
  fallbackCutsMax: 3,
  fallbackHoldMs: 10_000,
  /** On the slower route a WebSocket is tried again after about this long; up to the most where it opens and is cut each time. */
  liveRetryMs: 60_000,
  liveRetryMaxMs: 600_000,
  /** Where there is a sign that the network is another one now, sooner, but not more often than this. */
  liveRetryMinMs: 15_000,

  // HTTP
  nameCharsMax: 60,
  listPageMax: 200,
  /** Slices of the life of a dashboard: more than a screen has room for. */
  lifeSlicesMax: 500,
  /** Versions of a dashboard that have a name. */
  namedVersionsMax: 200,
  noteOfVersionCharsMax: 1_000,
  accessPeopleMax: 500,

  /** Requests for access that wait on one dashboard, one for each person; more are not taken. */
  accessRequestsMax: 50,
  accessNoteCharsMax: 200,
  /** Nobody has decided by then. */
  accessRequestDurationMs: 30 * 24 * 3_600_000,

  // Conflicts
  /** What waits for a person's decision on one dashboard; of more, the oldest go. */
  conflictsMax: 200,
  /** Serialised. A larger one, with a long note that was deleted in it, stays on its device. */
  conflictCharsMax: 20_000,
  /** Those that a person's devices tell each other of one dashboard, serialised; of more, the newest: a hundred ordinary ones are a tenth of it. */
  conflictBookCharsMax: 1_000_000,
  /** What nobody has decided by then stands as it is. */
  conflictDurationMs: 30 * 24 * 3_600_000,
  /** Ops of one's own that a window remembers, to notice who overwrites them without having seen them; and what they hold together. */
  savedEditsMax: 500,
  /** Lines that one op says its author wrote anew. */
  writtenLinesMax: 20,
  savedEditsCharsMax: 2_000_000,

  // Away
  /** Dashboards that wait on a device to be created, deleted or brought back. */
  wishesMax: 500,

  // Sessions
  tokenBytesMax: 8_000,

  // Lifecycle
  /** Deleted dashboards can be brought back for this long. */
  binDurationMs: 30 * 24 * 3_600_000,
} as const;

/** Those that are a server's own business: the option `limits` sets them. */
export const serverLimits = {
  // The document
  /** Serialised dashboard. MongoDB stores at most 16 MB a document; opening must stay fast. */
  documentBytesMax: 2_000_000,

  // One message and one socket
  /** Largest frame accepted from a client; a bit above opBytesMax for the envelope. */
  messageBytesMax: 1_100_000,
  /** Lists and maps in each other: a dashboard's depth and what is around it. Parsing what is deeper costs more than its size. */
  messageDepthMax: 40,
  /** Token bucket for each socket: steady rate and burst. A fast typist sends about 10 messages a second. */
  messagesPerSecondMax: 200,
  messagesBurstMax: 1_000,
  /** A paste of a whole dataset is one op; presence is counted with the messages. */
  opsPerSecondMax: 100,
  opsBurstMax: 600,
  subscriptionsPerSocketMax: 50,
  /** Bytes that may wait for a reader before its socket is closed; it resynchronises when it comes back. */
  socketBufferBytesMax: 8_000_000,
  /** A reader that has this much waiting is sent no more ops until it has taken it; then it gets what it missed from the log. */
  readerLagBytesMax: 1_000_000,
  /** One that has not taken it by then is cut off. */
  readerLagMsMax: 20_000,
  socketsPerUserMax: 50,
  socketsMax: 10_000,

  // The way into the store
  /** Ops of all documents in one append; more than this takes longer than one turn should. */
  appendOpsMax: 1_000,
  /** And about how many bytes of them, so that MongoDB answers within the time that it is given. */
  appendBytesMax: 8_000_000,
  /** Ops that may wait for the store before new ones are not taken, and about what they may hold in memory. */
  pendingOpsMax: 20_000,
  pendingBytesMax: 64_000_000,
  /** How long a sender waits for its op to be durable before it is told that the store does not answer, and sends it again later. */
  commitPatienceMs: 3_000,
  /** How long a read waits for a store that is away for a moment, such as while a replica set chooses a new primary. */
  storePatienceMs: 15_000,
  /** Snapshots are written behind the ops: at most this many ops or this long, so that opening stays fast. */
  snapshotOpsMax: 200,
  snapshotDelayMs: 2_000,
  /** A state is kept for good every so many ops: any version in the past is at most that far from one. */
  milestoneOps: 150,
  /** A signed checkpoint says where documents stand: after so many ops, or so long after an edit. */
  checkpointOps: 50_000,
  checkpointDelayMs: 30_000,
  /** Ops in one file of an archive: whoever reads one of them reads all. */
  archiveOpsMax: 1_500,
  /** How long after its start, and how often, a server archives and removes what is due. */
  housekeepingDelayMs: 60_000,
  housekeepingEveryMs: 24 * 3_600_000,
  /** Edits of one person on one thing are one line of the history until they pause this long, or it lasts that long. */
  historyGapMs: 5 * 60_000,
  historyRunMs: 30 * 60_000,
  /** The history of a dashboard is written when it is quiet, or when that many ops have come since. */
  historyQuietMs: 2_000,
  historyBehindMax: 20_000,
  /** Recent ops of a document in memory (and at most twice as many), for clients that were away for a moment. */
  recentOpsMax: 500,
  /** And about what they may hold: of large ops fewer are kept, and whoever needs older ones reads the log. */
  recentBytesMax: 4_000_000,
  /** Ops that are sent to one reader at once, and in one answer over REST. */
  opsPageBytesMax: 2_000_000,
  /** Messages of a turn go into one frame of about so many characters; more into several. */
  frameCharsMax: 4_000_000,
  /** Documents in memory; those that nobody has open leave, least recently used first. */
  documentsInMemoryMax: 2_000,
  /** And about what they and their recent ops hold, open or not: with what the process needs around them it fits the heap that Node takes by itself. */
  documentsInMemoryBytesMax: 500_000_000,
  /** What may be done at once of what takes long: transforming ops that are far behind, letting in a crowd that comes at the same time. */
  turnSliceMs: 10,
  /** Messages that are taken in one turn of the event loop, of all sockets together; the others are in the next, behind what is due by then. */
  hearingSliceMs: 40,
  /** An op that is further behind has to be brought forward by its sender: each is compared with all that came since. */
  opBehindMax: 50_000,
  /** Ops that are read at once to transform an op that is far behind. */
  rebasePageOps: 500,

  // Presence
  presenceBytesMax: 4_000,
  presencePerSocketMax: 10,
  presenceRoomMax: 500,
  /** Rooms that one socket is in: as many as dashboards that it may have open. */
  presenceRoomsPerSocketMax: 50,
  /** How often a room is told of what changed in it, of each value the latest. */
  presenceFramesPerSecondMax: 30,

  // HTTP
  bodyBytesMax: 100_000,
  /** How long the head of a request may take to arrive; a handshake's too. */
  headTimeoutMs: 10_000,
  /** How long a whole request may take to arrive. */
  requestTimeoutMs: 60_000,
  requestsPerSecondMax: 50,
  requestsBurstMax: 300,
  /** Sign-ins a minute from one address; before authentication, so cheap. */
  signInsPerMinuteMax: 120,
  opsPageMax: 1_000,
  /** Requests for access that one person makes, over all dashboards: each of them tells people something. */
  accessRequestsPerMinuteMax: 10,
  /** Dashboards that a person owns, those in the bin too: what lists need of each is in memory, and a list has all of them. */
  dashboardsPerPersonMax: 2_000,
  /** Names of people and their salts in memory, about 300 bytes each; of more, those that were asked for longest ago are read again when they are needed. */
  identitiesMax: 100_000,
  /** People that the server remembers for sharing; one more can still sign in, and is not suggested. */
  peopleMax: 100_000,

  // Sessions
  sessionDurationMs: 30 * 24 * 3_600_000,

  // Lifecycle
  drainDeadlineMs: 10_000,
} as const;

/** The limits of one server. */
export type ServerLimits = Readonly<Record<keyof typeof serverLimits, number>>;

/** The limits of a server, and who is told when one of them is hit. */
export interface Limiting {
  readonly limits: ServerLimits;
  readonly hit: (limit: keyof ServerLimits) => void;
}

/** The limits of the table, for whoever counts no hits. */
export const limitingByDefault: Limiting = { limits: serverLimits, hit: () => undefined };

