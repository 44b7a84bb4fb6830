import { Check, Circle, CloudOff, KeyRound, Lock, Pause, RefreshCw, RotateCcw, Server, SignalMedium, Timer, TriangleAlert, Unplug } from 'lucide';
import type { ConnectionLook } from '@coboard/core/view';
import type { IconNode } from '../icon/icon';

/** The shape of each look: a state is never told by its color alone. */
export const connectionIcons: Readonly<Record<ConnectionLook, IconNode>> = {
  saved: Check, slower: SignalMedium, sending: RefreshCw, connecting: Circle, waiting: Timer, offline: CloudOff, paused: Pause, signedOut: KeyRound, noAccess: Lock,
  refused: TriangleAlert, tooOld: RotateCcw, restarting: Server, closed: Unplug,
};

/** Server restarts look like sending in the bar, and like a server where there is room for words. */
export const compactIcons: Readonly<Record<ConnectionLook, IconNode>> = { ...connectionIcons, restarting: RefreshCw };

