import * as v from 'valibot';
import { dashboardsCollection, presenceChannel, type StampedPresence } from '../../model/protocol.ts';
import type { Clients } from './client.ts';
import type { PresenceRoster } from '../presence/roster.ts';

const PlaceSchema = v.object({
  dashboard: v.string(),
  /** The widget that they are editing; null for none. */
  widget: v.nullable(v.string()),
  typing: v.boolean(),
  idle: v.boolean(),
});

/** One open connection, as servers tell each other. */
export const ConnectedSchema = v.object({
  user: v.object({ id: v.string(), name: v.string(), color: v.string() }),
  /** The sign-in that it came with: one for each browser. */
  session: v.string(),
  /** Milliseconds since 1970. */
  since: v.number(),
  /** What the device calls itself; empty where it says nothing. */
  device: v.string(),
  route: v.picklist(['live', 'polling']),
  /** The dashboards that are open over it. */
  places: v.array(PlaceSchema),
});
export type Connected = v.InferOutput<typeof ConnectedSchema>;

/** The connections of this server, the oldest first. */
export function connectedHere(clients: Clients, roster: PresenceRoster): Connected[] {
  const rooms = new Map<string, ReadonlyMap<string, StampedPresence>>();
  const valueOf = (dashboard: string, src: string): StampedPresence | undefined => {
    let room = rooms.get(dashboard);
    if (!room) rooms.set(dashboard, (room = new Map(roster.valuesHere(presenceChannel(dashboard)).flatMap((held) => (held.value === null ? [] : [[held.src, held.value] as const])))));
    return room.get(src);
  };
  const list = [...clients.all()].map((client): Connected => {
    const { user: { id, name, color }, sessionId, since, device, route } = client;
    const places = clients.openOf(client, dashboardsCollection).map((dashboard) => {
      const value = valueOf(dashboard, client.src);
      return { dashboard, widget: value?.editing?.widget ?? null, typing: value?.typing ?? false, idle: value?.idle ?? false };
    });
    return { user: { id, name, color }, session: sessionId, since, device, route, places };
  });
  return list.sort((a, b) => a.since - b.since);
}
