import { limits } from '../../../model/limits.ts';

/** How messages travel: through a WebSocket, or in HTTP requests where the network lets no WebSocket through. */
export type Route = 'live' | 'polling';

/** Chooses the route of the next attempt by what became of the ones before. */
export class RouteChoice {
  private chosen: Route = 'live';
  private failures = 0;
  private cuts = 0;
  private retryMs: number = limits.liveRetryMs;

  /** The route of the next attempt. */
  get route(): Route {
    return this.chosen;
  }

  /** About how long until a WebSocket is tried again beside the slower route. */
  get liveRetryMs(): number {
    return this.retryMs;
  }

  /** Nothing came through a WebSocket, though the server answers over HTTP. */
  blocked(): void {
    this.failures += 1;
    if (this.failures >= limits.fallbackFailuresMax) this.chosen = 'polling';
  }

  /** Nothing came through a WebSocket, and the server does not answer over HTTP either: that says nothing about WebSockets. */
  unreachable(): void {
    this.failures = 0;
  }

  /** An accident ended a WebSocket. @returns whether the network seems to cut them all, so that it is time to ask over HTTP */
  cut(heldMs: number): boolean {
    if (heldMs >= limits.fallbackHoldMs) {
      this.cuts = 0;
      this.retryMs = limits.liveRetryMs;
      return false;
    }
    this.cuts += 1;
    return this.cuts >= limits.fallbackCutsMax;
  }

  /** The network cuts WebSockets, and the server answers over HTTP. */
  cutOff(): void {
    // it was polling before, and coming back did not last: not so soon again
    if (this.cuts > limits.fallbackCutsMax) this.retryMs = Math.min(2 * this.retryMs, limits.liveRetryMaxMs);
    this.chosen = 'polling';
  }

  /** A handshake was done over a WebSocket. */
  worked(): void {
    this.failures = 0;
  }

  /** A WebSocket came through beside the slower route. One that is cut soon is enough to go back. */
  cameBack(): void {
    this.chosen = 'live';
    this.cuts = limits.fallbackCutsMax;
  }

  /** Polling came to nothing either: a WebSocket may have more luck. */
  pollingFailed(): void {
    this.chosen = 'live';
    this.failures = limits.fallbackFailuresMax - 1;
  }

  /** The network is another one: all that is known is over. */
  reset(): void {
    this.chosen = 'live';
    this.failures = 0;
    this.cuts = 0;
    this.retryMs = limits.liveRetryMs;
  }
}
