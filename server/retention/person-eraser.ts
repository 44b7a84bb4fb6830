import { CoboardError } from '../../model/errors.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import { ownersAccess, type Access } from '../access/policy.ts';
import { Archiver } from '../archive/archiver.ts';
import { walkCheckpoints } from '../evidence/checkpoint-walk.ts';
import { editAsServer } from '../sync/server-edit.ts';
import { namelessEdit, type Leaver } from './nameless.ts';
import { LogEraser, type ErasedOps } from './log-eraser.ts';
import { RecordEraser } from './record-eraser.ts';
import type { Upkeep } from './upkeep.ts';

export interface Erasure extends ErasedOps {
  /** Dashboards whose access list named them, or that they had checked something off on. */
  readonly edited: number;
  /** Other records: names, sign-ins, requests, notices, lines of histories. */
  readonly records: number;
  /** Dashboards that have a word in them, or in what their versions are called, that is their name too: people wrote it, and only people know whether it is them. */
  readonly mentioned: readonly string[];
}

/**
 * Takes a person out of everything that is kept: who they are and what they were called. What they did stays, and the seals with it. It may be
 * ended at any point and run again: what makes out the person is removed last.
 */
export class PersonEraser {
  private readonly upkeep: Upkeep;

  constructor(upkeep: Upkeep) {
    this.upkeep = upkeep;
  }

  /**
   * @param heir who gets the dashboards that nobody else owns
   * @throws CoboardError OPTION_INVALID for an heir who is none, LAST_OWNER where there are such dashboards and no heir
   */
  async erase(userId: string, heir: string | null): Promise<Erasure> {
    const { upkeep } = this;
    const records = new RecordEraser(upkeep);
    const logs = new LogEraser(upkeep);
    await upkeep.archives.sweep({ drafts: true });
    // an archive that is begun is there twice
    await new Archiver(upkeep, { afterMs: Number.MAX_SAFE_INTEGER, opsMax: 1, warn: (words) => { throw new CoboardError('ARCHIVE_UNAVAILABLE', words); } }).run();
    // names that only ops say, from before there were references, have to outlive those ops until the end
    await logs.keepOpenNames(userId);
    const leaver = await this.leaver(userId);
    await this.checkHeir(userId, heir);
    upkeep.passed('known');
    const edited = await this.edit(leaver, heir);
    await upkeep.engine.flush();
    await upkeep.checkpoints.flush();
    upkeep.passed('edited');
    const inLogs = await logs.erase(leaver);
    const count = await records.erase(leaver);
    const mentioned = await this.mentions(leaver);
    // what they were called has to be known until nothing is left of it
    if (inLogs.unreached.length === 0) {
      await this.stateErased([...await this.referencesOf(userId), leaver.reference]);
      await records.eraseNames(userId);
    }
    await upkeep.store.keeping.scrub();
    upkeep.passed('scrubbed');
    return { edited, ...inLogs, records: count, mentioned };
  }

  private async leaver(id: string): Promise<Leaver> {
    const { store, identities } = this.upkeep;
    const names = new Set<string>();
    const add = (value: string): void => {
      try {
        const known = JSON.parse(value) as { readonly id?: unknown; readonly name?: unknown };
        if (known.id === id && typeof known.name === 'string' && known.name !== '') names.add(known.name);
      } catch {
        // a record that is none
      }
    };
    for await (const [, value] of store.listSettings('identity:')) add(value);
    for await (const [, value] of store.listSettings(`user:${id}`)) add(value);
    await identities.saltOf(id);
    return { id, names, reference: identities.accessReference(id) };
  }

  /** Every reference that leads to them. */
  private async referencesOf(id: string): Promise<string[]> {
    const references: string[] = [];
    for await (const [key, value] of this.upkeep.store.listSettings('identity:')) if (value.includes(JSON.stringify(id)) && (JSON.parse(value) as { readonly id?: unknown }).id === id) references.push(key.slice('identity:'.length));
    return references;
  }

  private async stateErased(references: readonly string[]): Promise<void> {
    const { store, checkpoints, passed } = this.upkeep;
    const { statements } = await walkCheckpoints({ store });
    const erased = references.filter((reference) => !statements.erased.has(reference));
    if (erased.length > 0) await checkpoints.state({ erased });
    passed('stated');
  }

  /** The access lists, as they are. */
  private async *lists(): AsyncIterable<readonly [id: string, access: Access]> {
    const { store, engine } = this.upkeep;
    for await (const id of store.keeping.listIds(accessCollection)) {
      const { type, data } = await engine.read(accessCollection, id);
      if (type !== null) yield [id, data as Access];
    }
  }

  private async checkHeir(userId: string, heir: string | null): Promise<void> {
    const { engine, identities, store } = this.upkeep;
    if (heir !== null && !(await identities.isKnown(heir)) && (await store.readSetting(`user:${heir}`)) === null) throw new CoboardError('OPTION_INVALID', `Nobody of the id ${heir} was ever here.`);
    if (heir === userId) throw new CoboardError('OPTION_INVALID', 'Somebody else has to get the dashboards.');
    if (heir !== null) return;
    const alone: string[] = [];
    for await (const [id, access] of this.lists()) {
      // nobody needs what is in the bin
      if (isOwnedAlone(access, userId) && (await engine.read(dashboardsCollection, id)).type !== null) alone.push(id);
    }
    if (alone.length > 0) throw new CoboardError('LAST_OWNER', `Nobody else owns ${String(alone.length)} of their dashboards (${alone.slice(0, 10).join(', ')}). Say who gets them (--heir ID), or remove them first (purge).`);
  }

  /** Takes them out of what there is now, by edits like any other. */
  private async edit(leaver: Leaver, heir: string | null): Promise<number> {
    const { engine, clock, store } = this.upkeep;
    const edited = new Set<string>();
    for await (const [id, { people }] of this.lists()) {
      if (!Object.hasOwn(people, leaver.id)) continue;
      edited.add(id);
      await editAsServer(engine, clock, accessCollection, id, ({ data }) => accessEdit(data as Access, leaver.id, heir));
    }
    for await (const id of store.keeping.listIds(dashboardsCollection)) {
      const { type, data } = await engine.read(dashboardsCollection, id);
      if (type === null || namelessEdit(data, leaver).length === 0) continue;
      edited.add(id);
      await editAsServer(engine, clock, dashboardsCollection, id, (state) => {
        const op = namelessEdit(state.data, leaver);
        return state.type === null || op.length === 0 ? null : { op };
      });
    }
    return edited.size;
  }

  private async mentions({ names }: Leaver): Promise<string[]> {
    const found = new Set<string>();
    const words = [...names].map((name) => new RegExp(`(?<![\\p{L}\\p{N}])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'iu'));
    if (words.length === 0) return [];
    for await (const { id, data } of this.upkeep.store.listSnapshots(dashboardsCollection)) {
      const text = JSON.stringify(data ?? null);
      if (words.some((word) => word.test(text))) found.add(id);
    }
    // what versions are called, and what is noted with them
    for await (const [key, value] of this.upkeep.store.listSettings('named:')) if (words.some((word) => word.test(value))) found.add(key.split(':')[1] ?? '');
    return [...found];
  }
}

const isOwnedAlone = ({ people }: Access, userId: string): boolean => people[userId] === 'owner' && !Object.entries(people).some(([id, role]) => id !== userId && role === 'owner');

function accessEdit(access: Access, userId: string, heir: string | null): { op: object[] } | null {
  const role = access.people[userId];
  if (role === undefined) return null;
  const op: object[] = [{ p: ['people', userId], od: role }];
  if (heir !== null && isOwnedAlone(access, userId)) {
    const was = access.people[heir];
    op.push({ p: ['people', heir], ...(was === undefined ? {} : { od: was }), oi: ownersAccess(heir).people[heir] });
  }
  return { op };
}
