import { addWidget, editText, limits, newWidget, removeWidgets, setSetting, type Dashboard, type Op } from '@coboard/core';
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

  it('EYE-22 whoever loses access with many edits on their way can copy them all, from the toast and from one entry, which is written once', async () => {
    stage = await BoardStage.open({ as: 'Ben', query: '?edit=1' });
    const { harness, page } = stage;
    const { coboard } = page;
    const live = coboard.openDashboard(harness.id);
    const kept = spyOn(coboard, 'keep').and.callThrough();
    harness.server.delayMs = 30;
    const count = 60;
    for (let n = 0; n < count; n++) {
      live.edit((board) => addWidget(board, { ...newWidget('note', board, Object.keys(board.tabs)[0] ?? '', null), title: `Note ${String(n)} of Ben` }, `ben${String(n)}`));
    }
    await until('they are on their way', () => live.pendingCount.value === count);
    for (let n = 0; n < count; n++) harness.refuseNext('ACCESS_REVOKED');
    harness.server.dashboard(harness.id).everyone = null;
    harness.server.setRole(harness.id, 'Ben', null, 'Ana');
    await page.find('.message app-refused-list li');
    await until('nothing is on its way', () => live.pendingCount.value === 0);
    expect(page.all('app-refused-list li').length).toBe(1);
    expect(page.texts('app-refused-list .what')[0]).toContain('You added Note 0 of Ben');
    expect(page.texts('app-refused-list .what')[0]).toContain(`and made ${String(count - 4)} more changes`);
    const written = spyOn(navigator.clipboard, 'writeText').and.resolveTo();
    await page.click('.toast button', 'Copy it');
    await until('it is copied', () => written.calls.count() === 1);
    expect(written.calls.mostRecent().args[0]).toMatch(/Note \d+ of Ben/);
    await page.click('app-refused-list .btn', 'Copy');
    await until('they are copied', () => written.calls.count() === 2);
    for (let n = 0; n < count; n++) expect(written.calls.mostRecent().args[0]).toContain(`Note ${String(n)} of Ben`);
    expect(kept.calls.allArgs().filter(([name]) => name.startsWith('refused:')).length).toBeLessThan(5);
    coboard.closeDashboard(live);
  });

  it('EYE-23 where the browser has no clipboard for this page, the old way copies, and where that fails too the text can be saved', async () => {
    const opened = await refused('INTERNAL', [title('Numbers of the week')]);
    const { page } = opened;
    spyOnProperty(navigator, 'clipboard').and.returnValue(undefined as unknown as Clipboard);
    const copied = spyOn(document, 'execCommand').and.returnValues(true, true, false);
    await opened.page.click('app-board-bar .eye');
    await page.click('app-refused-list .btn', 'Copy');
    await opened.toast('Copied');
    await page.click('.toast [aria-label=Dismiss]');
    expect(copied.calls.count()).toBe(1);
    await page.click('app-refused-list .btn', 'Copy');
    await opened.toast('Copied');
    await page.click('app-refused-list .btn', 'Copy');
    await opened.toast('Your browser does not let this page copy.');
    let saved = '';
    spyOn(HTMLAnchorElement.prototype, 'click').and.callFake(function (this: HTMLAnchorElement) { saved = this.download; });
    await page.click('.toast button', 'Save it');
    expect(saved).toBe('Copied.txt');
  });

  it('EYE-24 of edits that are made again together, what does not fit now stays listed, and the rest is one step to undo', async () => {
    const opened = await refused('INTERNAL', [(board) => [
      ...editText(board, ['title'], 'Numbers of the week'),
      ...addWidget(board, newWidget('note', board, Object.keys(board.tabs)[0] ?? '', null), 'mine'),
    ]]);
    const { harness, page } = opened;
    const ben = await harness.join('Ben');
    ben.edit((board) => Array.from({ length: limits.widgetsMax - Object.keys(board.widgets).length }, (_, n) => addWidget(board, newWidget('note', board, Object.keys(board.tabs)[1] ?? '', null), `extra${String(n)}`)).flat());
    await opened.server('a full board', ({ widgets }) => Object.keys(widgets).length === limits.widgetsMax);
    await page.click('app-board-bar .eye');
    await page.click('app-refused-list .btn', 'Try again');
    await opened.server('the title', (board) => board.title === 'Numbers of the week');
    await opened.toast(`A dashboard has at most ${String(limits.widgetsMax)} widgets.`);
    expect(page.all('app-refused-list li').length).toBe(1);
    ben.edit((board) => removeWidgets(board, ['extra0']));
    await until('there is room', () => Object.keys(opened.dashboard.widgets).length < limits.widgetsMax);
    await until('it is made again', () => {
      page.see('app-refused-list .btn', 'Try again')?.click();
      return opened.dashboard.widgets['mine'] !== undefined;
    });
    await until('it is not listed any more', () => page.see('app-refused-list li') === undefined);
    expect(opened.dashboard.title).toBe('Numbers of the week');
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
