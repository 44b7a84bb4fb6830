import { dashboardsCollection, presenceChannel } from '../../model/protocol.ts';
import type { AccessChange } from '../access/directory.ts';
import { roleOf } from '../access/policy.ts';
import type { PresenceRoster } from '../presence/roster.ts';
import { notify, type Clients } from './client.ts';

/** Makes a changed access list hold for the open sockets at once: who lost access loses the subscription and leaves the room. */
export function applyAccessChange({ id, before, after, by }: AccessChange, clients: Clients, roster: PresenceRoster): void {
  for (const client of clients.all()) {
    const role = roleOf(after, client.user.id);
    if (role === roleOf(before, client.user.id)) continue;
    if (role === null) {
      clients.unsubscribe(client, dashboardsCollection, id);
      roster.expel(presenceChannel(id), client.user.id);
    }
    notify(client, { a: 'coboard', type: 'role', d: id, role, by: by?.name ?? null });
  }
}
