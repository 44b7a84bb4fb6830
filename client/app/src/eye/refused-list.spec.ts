import { addWidget, editText, newWidget, setSetting, type Dashboard, type Op } from '@coboard/core';
import { templates } from '@coboard/core/templates';
import { until } from '@coboard/angular/testing';
import { BoardStage } from '../board/testing/board-stage';
import { againOn, editContent } from './edit-content';

const dashboard = templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });

describe('EYE what was not taken', () => {
  let stage: BoardStage | undefined;

  afterEach(() => {
    stage?.harness.stop();
    stage = undefined;
  });

  /** Ana's edits, each refused with a code. */
  async function refused(code: Parameters<BoardStage['harness']['refuseNext']>[0], makes: readonly ((board: Dashboard) => Op)[]): Promise<BoardStage> {
    const opened = (stage = await BoardStage.open({ query: '?edit=1' }));
    const live = opened.harness.coboard.openDashboard(opened.harness.id);
    for (const make of makes) {
      const before = opened.page.all('app-refused-list li').length;
      opened.harness.refuseNext(code);
      live.edit(make);
      await until('it is refused', () => live.pendingCount.value === 0);
      await opened.page.find('app-board-bar .eye', String(before + 1));
    }
    opened.harness.coboard.closeDashboard(live);
    return opened;
  }

  const title = (words: string) => (board: Dashboard): Op => editText(board, ['title'], words);

  it('EYE-6 a refused edit is counted and listed with what, why and when, until it is dismissed', async () => {
    const { page } = await refused('OP_RESULT_INVALID', [title('Numbers of the week')]);
    await page.click('app-board-bar .eye');
    const one = await page.find('app-refused-list li');
    expect(one.querySelector('.what')?.textContent).toContain('You renamed the dashboard to Numbers of the week');
    expect(one.querySelector('.why')?.textContent).toBe('It did not fit what others had made of the dashboard meanwhile.');
    expect(one.querySelector('time')?.textContent).toBe('just now');
    await page.find('app-needs-your-eye .summary', 'One edit of yours was not taken.');
    await page.click('app-refused-list .dismiss', 'Dismiss');
    await until('it is gone', () => page.see('app-refused-list li') === undefined && page.see('app-board-bar .eye') === undefined);
  });

  it('EYE-7 a refused edit can be made again on what is there now, and its content copied', async () => {
    const opened = await refused('INTERNAL', [title('Numbers of the week')]);
    const written = spyOn(navigator.clipboard, 'writeText').and.resolveTo();
    await opened.page.click('app-board-bar .eye');
    await opened.page.click('app-refused-list .btn', 'Copy');
    expect(written.calls.mostRecent().args[0]).toContain('Numbers of the week');
    await opened.page.click('app-refused-list .btn', 'Try again');
    await opened.server('the title', (board) => board.title === 'Numbers of the week');
    expect(opened.page.see('app-refused-list li')).toBeUndefined();
  });

  it('EYE-8 who may only view is not offered to try again, and who lost all access can still copy and dismiss', async () => {
    stage = await BoardStage.open({ as: 'Ben', query: '?edit=1' });
    const { harness, page } = stage;
    harness.refuseNext('FORBIDDEN');
    await stage.focus('Conversion');
    stage.key('ArrowDown');
    await page.find('app-board-bar .eye', '1');
    harness.server.dashboard(harness.id).everyone = null;
    harness.server.setRole(harness.id, 'Ben', 'viewer');
    await page.click('app-board-bar .eye');
    await page.find('app-refused-list .why', 'You could view, not edit.');
    await until('no way to try', () => page.texts('app-refused-list .btn').every((words) => !words.includes('Try again')));
    harness.server.setRole(harness.id, 'Ben', null, 'Ana');
    await page.find('.message app-refused-list .btn', 'Copy');
    await page.click('.message app-refused-list .dismiss');
    await until('it is gone', () => page.see('app-refused-list li') === undefined);
  });

  it('EYE-11 where the dashboard is gone, a refused edit still says what it was', async () => {
    stage = await BoardStage.open({ as: 'Ben', query: '?edit=1' });
    const { harness, page } = stage;
    await stage.focus('Conversion');
    stage.key('ArrowDown');
    harness.refuseNext('NOT_FOUND');
    harness.server.dashboard(harness.id).everyone = null;
    harness.server.setRole(harness.id, 'Ben', null, 'Ana');
    await page.find('.message app-refused-list', 'You moved Conversion');
    await page.find('.message app-refused-list .why', 'You had no access any more.');
  });

  it('EYE-9 the content of an edit is what was typed, a line for each field, or what was set', () => {
    const at = ['widgets', 'w', 'title'];
    expect(editContent([[{ p: at, t: 'text0', o: [{ p: 0, d: 'Old' }, { p: 0, i: 'N' }] }], [{ p: at, t: 'text0', o: [{ p: 1, i: 'ew' }] }], [{ p: ['description'], oi: 'Words' }]])).toBe('New\nWords');
    expect(JSON.parse(editContent([[{ p: ['widgets', 'w', 'box'], oi: { x: 1 } }]]))).toEqual({ x: 1 });
    const removed: Op = [{ p: ['widgets', 'w'], od: 1 }];
    expect(JSON.parse(editContent([removed]))).toEqual([removed]);
  });

  it('EYE-10 made again, an edit keeps what others wrote there since, and does nothing where its place is gone', () => {
    const kpi = Object.entries(dashboard.widgets).find(([, { kind }]) => kind === 'kpi')?.[0] ?? '';
    const [typed] = editText(dashboard, ['title'], `${dashboard.title}, new`);
    const shorter = { ...dashboard, title: 'Sales' };
    expect(typed && againOn(shorter, typed)).toEqual(editText(shorter, ['title'], 'Sales, new'));
    const [unit] = setSetting(dashboard, kpi, 'unit', 'kr');
    const without = { ...dashboard, widgets: {} };
    expect(unit && againOn(without, unit)).toEqual([]);
    const added = addWidget(dashboard, newWidget('note', dashboard, Object.keys(dashboard.tabs)[0] ?? '', null), 'new1');
    expect(JSON.stringify(added.flatMap((part) => againOn(without, part)))).toBe(JSON.stringify(added));
  });
});
