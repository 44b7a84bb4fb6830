/** The layout of the file; a newer one is refused. */
export const schemaVersion = 1;

/** Marks the file as ours ("Cobo"). */
export const applicationId = 0x43_6f_62_6f;

/** Lines, and for each thing that one can be found by a row in the order in which pages are read. */
const historySchema = `
CREATE TABLE IF NOT EXISTS history (
  id TEXT NOT NULL, v_from INTEGER NOT NULL, v_to INTEGER NOT NULL, until INTEGER NOT NULL, facets TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (id, v_from)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS history_of_one ON history (id, until, v_from);
CREATE INDEX IF NOT EXISTS history_of_all ON history (until, id, v_from);
CREATE TABLE IF NOT EXISTS history_facets (
  facet TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, v_from INTEGER NOT NULL,
  PRIMARY KEY (facet, id, until, v_from)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS history_facets_of_all ON history_facets (facet, until, id, v_from);
`;

/**
 * `ops` is the log; its primary key makes a version of a document unique. `body` is `op`, `create` or `del` as JSON.
 * `snapshots` is the state after some op, written behind: the document is that and the ops after it; of a deleted one only the
 * version stays. `milestones` are states at versions of the past.
 */
export const schema = `
CREATE TABLE IF NOT EXISTS ops (
  collection TEXT NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL,
  src TEXT, seq INTEGER, body TEXT NOT NULL, m TEXT,
  PRIMARY KEY (collection, id, v));
CREATE INDEX IF NOT EXISTS ops_by_client ON ops (collection, id, src, seq);
CREATE TABLE IF NOT EXISTS snapshots (
  collection TEXT NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL,
  type TEXT, data TEXT, m TEXT,
  PRIMARY KEY (collection, id));
CREATE TABLE IF NOT EXISTS milestones (
  collection TEXT NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL,
  type TEXT, data TEXT, m TEXT,
  PRIMARY KEY (collection, id, v));
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
${historySchema}`;
