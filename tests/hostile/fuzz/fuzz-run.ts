import { isDeepStrictEqual } from 'node:util';
import json0 from 'ot-json0';
import { WebSocket } from 'ws';
import { parseDashboard } from '../../../model/dashboard.ts';
import { closeCodes, isErrorCode } from '../../../model/errors.ts';
import { seededChance } from '../../simulation/seed.ts';
import { until } from '../../until.ts';
import type { World } from '../world.ts';
import { someFrame, type Known } from './fuzz-messages.ts';

/** What a run of the fuzzer did and saw. */
export interface FuzzReport {
  rounds: number;
  frames: number;
  /** Ops of the fuzzed dashboards that were taken. */
  ops: number;
  /** Answers by code, and sockets closed by code. */
  readonly codes: Record<string, number>;
  /** The longest turn of the server's event loop that came again each time that its round was run again, in ms of processor time. */
  longestTurnMs: number;
}

/** Rounds in which a turn took longer are run again; what takes longer at each of so many runs is a find. */
const turnMsMax = 50;
const runs = 3;

const framesARound = 40;
/** A dashboard is fuzzed for so many rounds; then its whole history is looked at. */
const roundsADashboard = 40;

const closed = new Set<number>([1005, 1006, ...Object.values(closeCodes)]);

/** Rounds of frames from a seed, until the time is up. @throws Error naming the seed and round of what it found */
export async function fuzz(world: World, seed: number, durationMs: number): Promise<FuzzReport> {
  const report: FuzzReport = { rounds: 0, frames: 0, ops: 0, codes: {}, longestTurnMs: 0 };
  const end = performance.now() + durationMs;
  let id = '';
  while (performance.now() < end) {
    if (report.rounds % roundsADashboard === 0) {
      if (id !== '') report.ops += await checkHistory(world, id);
      id = await world.ben.create('Fuzzed', 'launch-room');
    }
    const here = seed + report.rounds;
    await round(world, id, here, report).then((turnMs) => again(world, id, here, report, turnMs)).catch((error: unknown) => {
      throw new Error(`COBOARD_SEED=${String(seed)}, round ${String(report.rounds)}`, { cause: error });
    });
    report.rounds += 1;
  }
  report.ops += await checkHistory(world, id);
  return report;
}

/** Looks whether it was the round's frames that took the time. @throws Error if it was */
async function again(world: World, id: string, seed: number, report: FuzzReport, firstMs: number): Promise<void> {
  let least = firstMs;
  for (let run = 1; run < runs && least > turnMsMax; run++) least = Math.min(least, await round(world, id, seed, report));
  report.longestTurnMs = Math.max(report.longestTurnMs, least);
  if (least > turnMsMax) throw new Error(`a turn took ${String(Math.round(least))} ms of processor time, ${String(runs)} times of ${String(runs)}`);
}

/** One connection and its frames; gives how long a turn of the server's event loop took at most meanwhile, in ms of processor time. */
async function round(world: World, id: string, seed: number, report: FuzzReport): Promise<number> {
  const chance = seededChance(seed);
  await world.longestTurnMs();
  const { body } = await world.ben.call('GET', `/api/dashboards/${id}`);
  const data = parseDashboard(body['data']);
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/sync`, chance() < 0.5 ? ['coboard.1'] : [], { headers: { authorization: `Bearer ${world.ben.token}` } });
  let [closeCode, pongs, src] = [0, 0, ''];
  const finds: string[] = [];
  const frames: string[] = [];
  const count = (code: string): void => { report.codes[code] = (report.codes[code] ?? 0) + 1; };
  socket.on('error', () => undefined);
  socket.on('close', (code) => { closeCode = code; });
  socket.on('message', (bytes: Buffer) => {
    for (const line of bytes.toString().split('\n')) {
      const answer = JSON.parse(line) as { readonly a?: unknown; readonly id?: unknown; readonly error?: { readonly code?: unknown } };
      if (answer.a === 'init') socket.send('{"a":"hs","id":null,"protocol":1,"protocolMinor":2}');
      if (answer.a === 'hs' && src === '') src = String(answer.id);
      if (answer.a === 'pp') pongs += 1;
      if (answer.error === undefined) continue;
      const code = String(answer.error.code);
      count(code);
      if (code === 'INTERNAL' || code === 'STORE_UNAVAILABLE' || !(isErrorCode(code) || code.startsWith('ERR_'))) finds.push(line.slice(0, 500));
    }
  });
  await answered(() => src !== '' || closeCode !== 0);
  const known: Known = { id, v: body['v'] as number, data, seen: world.seen, hidden: world.hidden, src, seq: 0 };
  for (let i = 0; i < framesARound && closeCode === 0; i++) {
    const frame = someFrame(known, chance);
    frames.push(frame);
    socket.send(frame);
    if (chance() < 0.1) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const before = pongs;
  if (closeCode === 0) socket.send('{"a":"pp"}');
  await answered(() => pongs > before || closeCode !== 0);
  socket.terminate();
  if (closeCode !== 0) count(String(closeCode));
  if (closeCode !== 0 && !closed.has(closeCode)) finds.push(`closed with ${String(closeCode)}`);
  report.frames += frames.length;
  const turnMs = await world.longestTurnMs();
  await world.checkOthers();
  if (finds.length > 0) throw new Error(`${finds.join('\n')}\n${world.failures.slice(-3_000)}\nafter:\n${frames.map((frame) => frame.slice(0, 2_000)).join('\n')}`);
  return turnMs;
}

const answered = (isSo: () => boolean): Promise<void> => until('the server answers or closes', isSo);

interface Stored {
  readonly v: number;
  readonly op?: object[];
  readonly create?: { readonly data: unknown };
}

/** A dashboard is valid, its ops make it, and each of them can be taken back. Gives how many there are. */
async function checkHistory(world: World, id: string): Promise<number> {
  const { body } = await world.ben.call('GET', `/api/dashboards/${id}`);
  const data = parseDashboard(body['data']);
  const ops: Stored[] = [];
  for (;;) {
    const page = (await world.ben.call('GET', `/api/dashboards/${id}/ops?from=${String(ops.length)}`)).body['ops'] as Stored[];
    if (page.length === 0) break;
    ops.push(...page);
  }
  if (ops.length !== body['v'] || ops.some(({ v }, i) => v !== i)) throw new Error(`${id} has ${String(ops.length)} ops at version ${String(body['v'])}`);
  const { type } = json0;
  let state: unknown = structuredClone(ops[0]?.create?.data);
  for (const { v, op = [] } of ops.slice(1)) {
    const before = structuredClone(state);
    state = type.apply(state, structuredClone(op) as never);
    const back: unknown = type.apply(structuredClone(state), type.invert(structuredClone(op) as never));
    if (!isDeepStrictEqual(back, before)) throw new Error(`op ${String(v)} of ${id} cannot be taken back: ${JSON.stringify(op).slice(0, 1_000)}`);
  }
  if (!isDeepStrictEqual(state, data)) throw new Error(`the ops of ${id} do not make what it is`);
  return ops.length;
}
