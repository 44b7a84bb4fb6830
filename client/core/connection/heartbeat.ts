import { Alarm, type Clock } from '../../../model/clock.ts';

export interface HeartbeatParts {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Asks the server for a sign; says whether it could. */
  readonly ping: () => boolean;
  /** Nothing came from the server for a whole interval. */
  readonly onMissed: () => void;
  readonly onMeasured: (latencyMs: number) => void;
}

/** Machines sleep, and background windows tick slowly: a heartbeat this much later than planned says nothing about the server. */
const sleepFactor = 3;

/** Time for the answer of a server that is there, where somebody has come back and looks. */
const wakePatienceMs = 4_000;

/** Finds out whether the server is still there, and how far away it is. A network may lose a connection without a word. */
export class Heartbeat {
  private readonly parts: HeartbeatParts;
  private readonly alarm: Alarm;
  private lastSignAt = -Infinity;
  private pingedAt: number | null = null;

  constructor(parts: HeartbeatParts) {
    this.parts = parts;
    this.alarm = new Alarm(parts.clock);
  }

  /** Somebody came back, or the machine woke up: what was lost meanwhile is found out soon. */
  wake(): void {
    const { intervalMs, ping } = this.parts;
    // one that was sent before may have got lost with the connection, or without it
    if (this.pingedAt !== null) ping();
    this.beat(Math.min(intervalMs, wakePatienceMs));
  }

  /** Pings, and looks later, after one interval if nothing else is said, whether anything came back. */
  beat(patienceMs = this.parts.intervalMs): void {
    const { clock, intervalMs, ping, onMissed } = this.parts;
    const startedAt = clock.elapsed();
    const startedOn = clock.now();
    if (this.pingedAt === null && ping()) this.pingedAt = startedAt;
    this.alarm.set(patienceMs, () => {
      // by the date: on many machines nothing else goes on while they sleep. One whose clock was set is taken for one that slept, which only costs a beat
      const slept = clock.now() - startedOn > sleepFactor * intervalMs;
      if (!slept && this.lastSignAt < startedAt) {
        onMissed();
        return;
      }
      if (slept) this.pingedAt = null;
      this.beat();
    });
  }

  /** Anything came from the server. */
  sign(): void {
    this.lastSignAt = this.parts.clock.elapsed();
  }

  /** The answer to the ping came. */
  pong(): void {
    if (this.pingedAt === null) return;
    const latencyMs = this.parts.clock.elapsed() - this.pingedAt;
    this.pingedAt = null;
    this.parts.onMeasured(latencyMs);
  }

  stop(): void {
    this.alarm.clear();
    this.pingedAt = null;
  }
}
