import { accessCollection } from '../../model/protocol.ts';
import type { OpMeta, StoredOp } from '../store/store.ts';
import { canonicalJson } from './canonical-json.ts';
import { editText } from './edit-text.ts';

/** What rides on an op and is not part of what is sealed: the seal itself, what stands in the reference `r`, and copies of what the log says anyway. */
const unsealed: ReadonlySet<string> = new Set(['h', 'u', 'n', 'data', 'fixup']);

/** Names of people in access lists, kept apart from what is sealed; see {@link canonicalOp}. */
export type ReferenceOf = (userId: string) => string;

/**
 * The canonical form of an op of a document, as docs/EVIDENCE.md describes it: JSON by RFC 8785 of collection, document, version, client and
 * number, the edit itself, and of what rides on it all but names. In access lists people stand by their references.
 */
export function canonicalOp(collection: string, id: string, op: StoredOp, referenceOf: ReferenceOf): string {
  return (collection === accessCollection ? null : editText(collection, id, op)) ?? canonicalJson(sealedPart(collection, id, op, referenceOf));
}

/** What {@link canonicalOp} writes down, as an object. */
export function sealedPart(collection: string, id: string, { v, src, seq, op, create, del, m }: StoredOp, referenceOf: ReferenceOf): object {
  const isAccess = collection === accessCollection;
  return {
    // in the order in which they are written
    c: collection,
    ...(create === undefined ? {} : { create: isAccess ? accessCreation(create, referenceOf) : create }),
    d: id,
    ...(del === true ? { del } : {}),
    m: sealedMeta(m ?? {}),
    ...(op === undefined ? {} : { op: isAccess ? accessOp(op, referenceOf) : op }),
    ...(seq == null ? {} : { seq }),
    ...(src == null ? {} : { src }),
    v,
  };
}

function sealedMeta(m: OpMeta): object {
  const hasReference = typeof m['r'] === 'string';
  // an op from before there were references has its author in the open
  const sealed: Record<string, unknown> = {};
  for (const key of Object.keys(m).sort()) {
    if (m[key] !== undefined && (!unsealed.has(key) || (!hasReference && (key === 'u' || key === 'n')))) sealed[key] = m[key];
  }
  return sealed;
}

/** References begin with what no user id begins with. */
const asReference = (key: string, referenceOf: ReferenceOf): string => (key.startsWith('~') ? key : referenceOf(key));

function accessOp(op: unknown, referenceOf: ReferenceOf): unknown {
  if (!Array.isArray(op)) return op;
  return op.map((component: { readonly p: readonly (string | number)[] }) => {
    const [root, person, ...rest] = component.p;
    return root === 'people' && typeof person === 'string' ? { ...component, p: [root, asReference(person, referenceOf), ...rest] } : component;
  });
}

function accessCreation(create: NonNullable<StoredOp['create']>, referenceOf: ReferenceOf): unknown {
  const data = create.data as { readonly people?: Readonly<Record<string, unknown>> } | undefined;
  if (data?.people === undefined) return create;
  return { ...create, data: { ...data, people: Object.fromEntries(Object.entries(data.people).map(([person, role]) => [asReference(person, referenceOf), role])) } };
}

/** The people that an op of an access list names openly. */
export const peopleNamed = (op: Pick<StoredOp, 'op' | 'create'>): string[] => peopleIn(op).filter((key) => !key.startsWith('~'));

/** The references that stand in an op of an access list in the place of people who were erased. */
export const referencesNamed = (op: Pick<StoredOp, 'op' | 'create'>): string[] => peopleIn(op).filter((key) => key.startsWith('~'));

function peopleIn({ op, create }: Pick<StoredOp, 'op' | 'create'>): string[] {
  const created = (create?.data as { readonly people?: object } | undefined)?.people ?? {};
  const changed = Array.isArray(op) ? op.flatMap(({ p: [root, person] }: { readonly p: readonly unknown[] }) => (root === 'people' && typeof person === 'string' ? [person] : [])) : [];
  return [...new Set([...Object.keys(created), ...changed])];
}
