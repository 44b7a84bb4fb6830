import assert from 'node:assert/strict';
import { templates } from '../../../model/templates/templates.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import type { Coboard } from '../coboard.ts';
import type { Browser } from '../document/browser-stage.ts';
import type { FakeDashboard } from '../testing/index.ts';
import type { Wishes } from './wishes.ts';

/** What a dashboard of a test begins with. */
export const content = (title: string): Dashboard => ({ ...templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 }), title });

export const wishesOf = (coboard: Coboard): Wishes => coboard.wishes ?? assert.fail('no wishes');

/** The dashboards that the server has got from wishes. */
export const created = ({ stage }: Browser): FakeDashboard[] => [...stage.server.dashboards.values()].filter(({ id }) => id !== stage.id);

/** The requests that the server has got, but for those about conflicts. */
export const asked = ({ stage }: Browser, what: RegExp): string[] => stage.server.requests.filter((request) => what.test(request) && !request.endsWith('/conflicts'));
