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
  /** Connections of any kind, whatever has been said on them: each holds a file descriptor and some memory, before anybody is asked who it is. */
  connectionsMax: 15_000,

  // The way into the store
  /** Ops of all documents in one append; more than this takes longer than one turn should. */
  appendOpsMax: 1_000,
  /** And about how many bytes of them, so that MongoDB answers within the time that it is given, and writing them down stops nobody. */
  appendBytesMax: 2_000_000,
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

  // Addresses, before authentication
  /** Sockets that one address opens a second: as fast as a server that stops asks its clients to come back, who may share one address. */
  upgradesPerSecondMax: 200,
  upgradesBurstMax: 1_000,
  /** Addresses whose rates are remembered; of more, those not heard of for longest are forgotten. */
  addressesMax: 10_000,
  /** How long what is left of a body is taken and dropped after a request was refused, where it is more than the address would read. */
  refusedBodyMs: 2_000,
  /** So many of a crowd are looked at side by side, so that one whose session is slow to check keeps nobody waiting. */
  arrivalsAtOnceMax: 8,
  /** What a device may call itself; more of it is cut off. */
  deviceCharsMax: 200,

  // Patience with one client
  /** How long an op of a client that is faster than its rate may wait for its turn before the client is cut off. */
  opWaitMsMax: 5_000,
  /** By then a subscription that was asked for has begun, or was refused: it counts no longer than that for one that is open. */
  subscriptionWaitMs: 20_000,
  /** How long a socket whose frames make no sense has to go by itself: cut at once, it would lose the close code. */
  errorGraceMs: 500,
  /** How long a client that polls may take to fetch the goodbye. */
  goodbyeMs: 5_000,
  /** How long sockets have to answer the goodbye of a server that stops, before they are cut. */
  stopGraceMs: 1_000,

  // Memory for what is known already
  /** Dashboards whose size is known without measuring it; of others it is measured at their next edit. */
  documentSizesMax: 10_000,
} as const;

/**
 * What the server does at once, keeps for itself, and waits for other programs. Nothing that anybody sends is refused by these, and no option
 * sets them: they belong to the way it is done.
 */
export const innerLimits = {
  // What is read, written or compared at once: as much as a turn and a page of memory have room for
  /** Ops that the history reads at once, to make its lines and to open them. */
  historyPageOps: 200,
  /** Lines that it reads at once. */
  historyPageLines: 500,
  /** Lines about deletions that are read at once, and looked at in all, for who asks which widgets are gone. */
  deletionsPageLines: 100,
  deletionsLinesMax: 1_000,
  /** Ops that are looked at for one page of what a line is made of; the next page goes on behind them. */
  changesLookedAtMax: 5_000,
  /** Lines that are looked at in each slice of a life, for who had which share in it. */
  lifeSampleLines: 8,
  /** Slices of it that are read at once. */
  lifeSlicesAtOnce: 20,
  /** Ops that are sent at once to who missed them. */
  missedPageOps: 200,
  /** Documents that are loaded while those before them leave, for who asks for many at once. */
  bulkLoadedAhead: 4,
  /** Snapshots are written together up to about this size, so that many large ones do not stop the server. */
  snapshotsBytesAtOnce: 1_000_000,
  /** Words by which a line is found; each is a row of the index. */
  historyWordsMax: 30,
  /** Ops that one answer over REST reads at once: one op may have a megabyte. */
  restPageOps: 200,
  /** Widgets of a dashboard that a client made that are parsed at once: 150 items of a checklist in each take about a fifth of a millisecond. */
  contentWidgetsAtOnce: 10,
  /** Work before somebody else may have their turn, in pairs of paths that are compared: about a tenth of a millisecond. */
  rebaseWorkMax: 1_000,
  /** Ops that are read at once to seal them. */
  sealPageOps: 1_000,
  /** Ops that an export reads at once; it runs in a process of its own. */
  exportPageOps: 2_000,
  /** The same for a verification. */
  verifyPageOps: 2_000,
  /** And for one that a server does while people work on it. */
  verifyServingPageOps: 200,
  /** Milestones that a verification reads ahead. */
  verifyMilestonesAhead: 8,
  /** Pages of the log that it reads ahead. */
  verifyPagesAhead: 2,
  /** Ops that are read at once to take a person out of them. */
  erasePageOps: 1_000,
  /** Ops that are read at once of a dashboard that is removed for good. */
  removePageOps: 2_000,
  /** Rows that are removed in one step; others write in between. */
  removedAtOnceMax: 2_000,
  /** Rows that a list reads at once: the database is read in the turn itself. */
  sqlitePageRows: 100,
  /** Ops that MongoDB gives in one batch. */
  mongoBatchOps: 1_000,
  /** Ops that are read at once to archive them. */
  archivePageOps: 200,
  /** Lines of an archive that are parsed in one turn. */
  archivePageLines: 200,
  /** Documents in one checkpoint. */
  checkpointHeadsMax: 500,

  // What is kept in memory, and of what comes in
  /** Archives whose ops are in memory, for whoever goes through them page by page. */
  archivesInMemoryMax: 4,
  /** Sign-ins whose device is known to be kept; of others the store is asked again. */
  devicesKnownMax: 10_000,
  /** What of the name of a device is kept in the store; in memory: `deviceCharsMax`. */
  deviceKeptCharsMax: 200,
  /** Of more checkpoints that could not be anchored only the latest are told: each proves those before it. */
  unanchoredMax: 1_000,
  /** Deeper than anything that is sealed; bounds recursion. */
  canonicalDepthMax: 64,
  /** Summaries of dashboards that wait to be worked out anew. */
  summariesWaitingMax: 100,
  /** Documents that are named in the result of a verification. */
  verifyDocumentsMax: 1_000,
  /** Dashboards that a search of an admin gives. */
  adminFoundMax: 50,
  /** Ids that the refusal of a bulk message repeats. */
  refusalIdsMax: 100,
  /** Dashboards that are remembered to have been looked up. */
  lookedUpMax: 10_000,
  /** Why a dashboard was deleted for good, in words: it stands in the signed history. */
  purgeWhyCharsMax: 500,

  // Patience
  /** A session ends by the date, and the machine's clock may be set: how often it is looked at. */
  sessionLookMs: 60_000,
  /** Whoever reads the metrics at least this often sees every stop of the event loop; a reading is of the last full minute and the one under way. */
  loopDelayWindowMs: 60_000,
  /** Where documents in use hold too much, edits of them look for idle ones no more often than this. */
  makeRoomEveryMs: 1_000,
  /** Work of the history after which others have their turn, and how long they have it where nobody waits for it. */
  historySliceMs: 2,
  historyRestMs: 6,
  /** Longer than any line goes on, and clocks of servers differ. */
  historyGrowthMs: 60 * 60_000,
  /** Between these lies the time before the store is asked again; it grows from the least to the most. */
  storeRetryMinMs: 20,
  storeRetryMaxMs: 1_000,
  /** A step on MongoDB that is not answered for so long is given up, and with it the connections. What was written then may be there or not. */
  storeStepPatienceMs: 5_000,
  /** A client of MongoDB that found no server for this long is replaced: its monitor was seen to hang after connections were cut. */
  storeRenewAfterMs: 5_000,
  /** How long a connection to Redis may take to come about, when it is tried again at the latest, and how long it has to say goodbye. */
  redisConnectTimeoutMs: 5_000,
  redisRetryMaxMs: 1_000,
  redisStopTimeoutMs: 500,
  /** A title in a list may be this old when nobody here has the dashboard open. */
  summaryLateMs: 1_000,
  /** What was looked up so lately is not looked up again because somebody asks once more. */
  lookedUpMs: 500,
  /** How often a bell is repeated, and for how long: whoever missed it the first times is not there. */
  bellRepeatEveryMs: 3_000,
  bellRepeatForMs: 30_000,
  /** How often the log is looked at while the other servers cannot be heard. */
  logLookEveryMs: 2_000,
  /** How long the other servers have to say who is connected to them; a later answer is in the next one. */
  peopleAnswerMs: 300,
  /** What a server told last is believed for this long: one that does not answer any more is gone. */
  peopleBelievedMs: 20_000,
  /** How long a place outside has to take a checkpoint. */
  anchorPostTimeoutMs: 10_000,
  /** How often a server repeats what its people say of themselves; what is not repeated times out elsewhere. */
  presenceRepeatEveryMs: 10_000,
  /** How long it is believed who is in rooms that nobody here is in. */
  presenceBelievedMs: 25_000,
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

