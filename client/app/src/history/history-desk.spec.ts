import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { COBOARD } from '@coboard/angular';
import type { Dashboard, LiveDashboard } from '@coboard/core';
import { templates } from '@coboard/core/templates';
import { BehaviorSubject, Subject } from 'rxjs';
import type { ShownMoment } from '../board/time-travel';
import { HistoryDesk } from './history-desk';

describe('restoring', () => {
  it('HISTORYUI-27 names the present only where there is anything to restore and it can be done', async () => {
    const now = templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 });
    const told: string[] = [];
    const api = { ask: () => Promise.reject(new Error('not asked for here')), tell: (method: string, path: string) => { told.push(`${method} ${path}`); return Promise.resolve(); } };
    let edits = 0;
    const live = {
      id: 'd', state: new BehaviorSubject({ status: 'ready', dashboard: now, version: 7, role: 'editor' }), changes: new Subject(),
      asOne: (make: () => unknown) => make(), edit: () => { edits += 1; return true; },
    } as unknown as LiveDashboard;
    TestBed.configureTestingModule({ providers: [{ provide: COBOARD, useValue: { api } }] });
    const shown = signal<ShownMoment | null>(null);
    const desk = TestBed.runInInjectionContext(() => new HistoryDesk(live, shown, () => null));
    const show = (dashboard: Dashboard): void => { shown.set({ version: 3, at: 1, dashboard, differences: null }); };
    show(structuredClone(now));
    expect(await desk.restore('Today, 14:32')).toBeFalse();
    // a moment that no dashboard can be: without any tab
    show({ ...now, tabs: {}, datasets: Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`d${String(i)}`, { title: 'x', columns: {}, rows: {} }])) });
    await expectAsync(desk.restore('Today, 14:32')).toBeRejected();
    expect([told, edits]).toEqual([[], 0]);
    show({ ...now, title: 'As it was' });
    expect(await desk.restore('Today, 14:32')).toBeTrue();
    expect([told, edits]).toEqual([['PUT /api/dashboards/d/named/7'], 1]);
    desk.stop();
  });
});
