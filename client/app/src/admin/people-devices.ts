import type { Connection } from '@coboard/core/admin';

export type Place = Connection['places'][number];

/** Somebody with one browser: all its connections, which are its windows. */
export interface PersonDevice {
  readonly key: string;
  readonly user: Connection['user'];
  /** What the device calls itself. */
  readonly device: string;
  /** When the oldest of its connections was made; milliseconds since 1970. */
  readonly since: number;
  readonly connections: number;
  readonly isSlower: boolean;
  readonly places: readonly Place[];
}

/** Connections by person and browser, in their order; a dashboard that is open in two windows is told once, by the window that does something in it. */
export function personDevices(connections: readonly Connection[]): PersonDevice[] {
  const devices = Map.groupBy(connections, ({ user, session }) => `${user.id}/${session}`);
  return [...devices].map(([key, list]) => {
    const places = Map.groupBy(list.flatMap((one) => one.places), ({ dashboard }) => dashboard);
    const [first] = list;
    return {
      key, user: first?.user ?? { id: '', name: '', color: 'p12' }, device: first?.device ?? '', since: Math.min(...list.map(({ since }) => since)), connections: list.length,
      isSlower: list.some(({ route }) => route === 'polling'), places: [...places.values()].flatMap((there) => there.find(({ widget }) => widget !== null) ?? there.find(({ idle }) => !idle) ?? there[0] ?? []),
    };
  });
}
