import type { Dashboard } from '../../../model/dashboard.ts';
import { isMap } from '../../../model/maps.ts';
import type { Op } from '../../../model/json0.ts';
import { randomEdit, type Chance } from '../../../model/testing/arbitrary-edits.ts';
import { garbled, mutated, nasty, pick } from './nasty.ts';

/** What a fuzzing client knows. */
export interface Known {
  readonly id: string;
  readonly v: number;
  readonly data: Dashboard;
  /** Dashboards that it may only see, and may not see. */
  readonly seen: string;
  readonly hidden: string;
  readonly src: string;
  seq: number;
}

type Message = Record<string, unknown>;
type Path = (string | number)[];

/** A path of the dashboard, now and then one that is nowhere. */
function somePath(value: unknown, chance: Chance): Path {
  const path: Path = [];
  let at = value;
  while (typeof at === 'object' && at !== null && (path.length === 0 || chance() < 0.85)) {
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    const key = pick(keys, chance);
    path.push(key);
    at = (at as Record<string, unknown>)[key];
  }
  if (chance() < 0.1) path.push(chance() < 0.5 ? Math.floor(chance() * 5) : 'nowhere');
  return path;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined), data);
}

/** One json0 component of any kind, at home or not. */
function someComponent(data: Dashboard, chance: Chance): Message {
  const p = somePath(data, chance);
  const there = valueAt(data, p);
  const text = typeof there === 'string' ? there : 'abc';
  const at = Math.floor(chance() * (text.length + 2));
  return pick<() => Message>([
    () => ({ p, oi: nasty(chance) }), () => ({ p, od: there, oi: there }), () => ({ p, od: nasty(chance) }), () => ({ p, od: there }),
    () => ({ p, na: pick([1, -1, 0.5, 1e308, -1e308], chance) }),
    () => ({ p: [...p, at], si: pick(['x', '👩', '\ud83d'], chance) }), () => ({ p: [...p, at], sd: text.slice(at, at + 2) }),
    () => ({ p, t: 'text0', o: [{ p: at, i: pick(['x', '', '👩', '\udc00'], chance) }, { p: Math.max(0, at - 1), d: text.slice(Math.max(0, at - 1), at + 1) }] }),
    () => ({ p: [...p, 0], li: nasty(chance) }), () => ({ p: [...p, 0], ld: nasty(chance) }), () => ({ p: [...p, 0], lm: nasty(chance) }),
  ], chance)();
}

/** An op: one that people make, one with something wrong in it, or one of anything. */
function someOp(known: Known, chance: Chance): unknown {
  const kind = chance();
  const real: Op = randomEdit(known.data, chance);
  if (kind < 0.35) return real;
  if (kind < 0.6) return mutated(real, chance);
  return Array.from({ length: 1 + Math.floor(chance() * 4) }, () => someComponent(known.data, chance));
}

/** A message as a client of the protocol sends it. */
function someMessage(known: Known, chance: Chance): Message {
  const d = chance() < 0.8 ? known.id : pick([known.seen, known.hidden, 'nowhere'], chance);
  const c = chance() < 0.95 ? 'dashboards' : 'access';
  const v = chance() < 0.6 ? known.v : Math.max(chance() < 0.05 ? 0 : 1, known.v - Math.floor(chance() * chance() * 200)) + (chance() < 0.05 ? 1_000 : 0);
  const ch = `${c}.${d}`;
  const op = (): Message => ({ a: 'op', c, d, v, seq: (known.seq += 1), op: someOp(known, chance), ...(chance() < 0.5 ? { src: known.src } : {}) });
  const tab = Object.keys(known.data.tabs)[0] ?? 't';
  return pick<() => Message>([
    op, op, op, op, op, op,
    () => ({ a: 's', c, d, ...(chance() < 0.5 ? { v } : {}) }), () => ({ a: 'f', c, d, v }), () => ({ a: 'u', c, d }),
    () => ({ a: 'bs', c, b: chance() < 0.5 ? [d, known.id] : { [d]: v } }), () => ({ a: 'bf', c, b: { [d]: v } }), () => ({ a: 'bu', c, b: [d] }),
    () => ({ a: 'nf', id: 1, c, d, v }), () => ({ a: 'nt', id: 1, c, d, ts: Math.floor(chance() * 2e12) }),
    () => ({ a: 'ps', ch, seq: 1 }), () => ({ a: 'pu', ch, seq: 1 }), () => ({ a: 'pr', ch }),
    () => ({ a: 'p', ch, id: pick(['one', 'two'], chance), pv: 1, p: { cursor: { tab, x: chance() * 12, y: chance() * 20 }, typing: chance() < 0.5 } }),
    () => ({ a: 'hs', id: known.src, protocol: 1, protocolMinor: 2 }), () => ({ a: 'pp' }),
    () => ({ a: pick(['qf', 'qs', 'qu'], chance), id: 1, c, q: nasty(chance) }),
  ], chance)();
}

/** A frame: a message, one with something wrong in it, or one that is hardly one. */
export function someFrame(known: Known, chance: Chance): string {
  const message = someMessage(known, chance);
  const kind = chance();
  if (kind < 0.6) return JSON.stringify(message);
  // what is no map at all closes the socket: seldom, so that there is a way behind it
  const wrong = mutated(message, chance);
  if (kind < 0.995) return JSON.stringify(isMap(wrong) || chance() < 0.02 ? wrong : message);
  if (kind < 0.998) return garbled(JSON.stringify(message), chance);
  return JSON.stringify(nasty(chance));
}
