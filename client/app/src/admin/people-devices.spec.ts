import type { Connection } from '@coboard/core/admin';
import { personDevices, type Place } from './people-devices';

const place = (dashboard: string, more: Partial<Place> = {}): Place => ({ dashboard, title: dashboard, canOpen: true, widget: null, widgetTitle: null, typing: false, idle: true, ...more });
const connection = (name: string, session: string, since: number, places: Place[] = []): Connection => ({ user: { id: name, name, color: 'p1' }, session, since, device: '', route: 'live', places });

describe('people by device', () => {
  it('ADMIN-7 windows of one browser are one device, and each dashboard is told once, by the window that does something', () => {
    const devices = personDevices([
      connection('Ana', 'a', 20, [place('x')]), connection('Ana', 'a', 10, [place('x', { widget: 'w', idle: false }), place('y')]), connection('Ana', 'b', 30), { ...connection('Ben', 'c', 5), route: 'polling' },
    ]);
    expect(devices.map(({ user, since, connections, isSlower }) => [user.name, since, connections, isSlower])).toEqual([['Ana', 10, 2, false], ['Ana', 30, 1, false], ['Ben', 5, 1, true]]);
    expect(devices[0]?.places.map(({ dashboard, widget }) => [dashboard, widget])).toEqual([['x', 'w'], ['y', null]]);
  });
});
