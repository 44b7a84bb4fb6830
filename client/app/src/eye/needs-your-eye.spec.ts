import { addWidget, limits, moveWidget, newWidget, removeWidgets, setSetting, type Dashboard, type Op } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage } from '../board/testing/board-stage';

describe('EYE', () => {
  let stage: BoardStage;

  afterEach(() => {
    stage.harness.stop();
  });

  const id = (title: string): string => stage.widget(title).id;
  const unit = (value: string) => (dashboard: Dashboard): Op => setSetting(dashboard, id('Revenue online'), 'unit', value);

  /** Ana is away while she and Ben edit; then she is back. */
  async function apart(mine: readonly ((dashboard: Dashboard) => Op)[], theirs: readonly ((dashboard: Dashboard) => Op)[], query = '?edit=1', isLong = false): Promise<void> {
    stage = await BoardStage.open({ query });
    const ben = await stage.harness.join('Ben');
    stage.harness.dropConnection({ stay: true });
    const live = stage.harness.coboard.openDashboard(stage.harness.id);
    const [before, makes] = [stage.dashboard, mine];
    for (const make of makes) expect(live.edit(() => make(before))).toBeTrue();
    for (const make of theirs) ben.edit(make);
    await until('Ben’s edits are there', () => ben.live.pendingCount.value === 0);
    // short gaps are not told
    if (isLong) await stage.page.find('main.sheet.offline');
    stage.harness.reconnect();
    await until('Ana’s are', () => live.pendingCount.value === 0);
    stage.harness.coboard.closeDashboard(live);
  }

  it('EYE-1 a quiet count says that something needs the eye, and opens the panel beside the board, which the address holds', async () => {
    await apart([unit('kr')], [unit('$')], '?edit=1', true);
    const badge = await stage.page.find('app-board-bar .eye', '1');
    expect(badge.getAttribute('aria-label')).toBe('Needs your eye: 1');
    await stage.page.find('.toast p', 'Back online. 1 edit sent, 1 needs your eye.');
    badge.click();
    await stage.page.find('app-needs-your-eye h2', 'Needs your eye');
    await stage.page.click('app-needs-your-eye .close');
    await until('it is closed', () => stage.page.see('app-needs-your-eye') === undefined);
  });

  it('EYE-2 a card shows both values as they look, who and when, what was and what stands; the choice is an edit that can be undone', async () => {
    await apart([unit('kr')], [unit('$')], '?edit=1&panel=eye');
    await stage.page.find('app-conflict-card h3', 'Unit of Revenue online');
    expect(stage.page.texts('app-conflict-card .was')[0]).toContain('was €');
    const sides = stage.page.all('app-conflict-card .side');
    expect(sides.map((side) => side.querySelector('.value')?.textContent)).toEqual(['kr', '$']);
    expect(sides.map((side) => side.querySelector('app-kpi-view') !== null)).toEqual([true, true]);
    expect(sides.map((side) => side.classList.contains('stands'))).toEqual([true, false]);
    expect(sides[1]?.textContent).toContain('Ben');
    await stage.click('app-conflict-card .choices button', 'Use Ben’s');
    await stage.server('Ben’s unit', (dashboard) => (dashboard.widgets[id('Revenue online')]?.settings as { unit: string }).unit === '$');
    await stage.toast('Ben’s is used for Unit of Revenue online');
    expect(stage.page.see('app-conflict-card')).toBeUndefined();
    await stage.click('.toast button', 'Undo');
    await stage.server('Ana’s unit again', (dashboard) => (dashboard.widgets[id('Revenue online')]?.settings as { unit: string }).unit === 'kr');
  });

  it('EYE-3 what was deleted under one’s edits can be brought back with them, and pointing at a card rings its widget', async () => {
    await apart([(dashboard) => moveWidget(dashboard, id('Revenue online'), { x: 3, y: 30 }), unit('kr')], [(dashboard) => removeWidgets(dashboard, [id('Revenue online')])], '?edit=1&panel=eye');
    const card = await stage.page.find('app-conflict-card', 'Revenue online was deleted by Ben');
    expect(card.textContent).toContain('You moved Revenue online');
    expect(card.querySelector('.preview.gone app-kpi-view')).not.toBeNull();
    await stage.click('app-conflict-card .choices button', 'Bring it back');
    await stage.server('the widget', (dashboard) => Object.values(dashboard.widgets).some(({ title, box }) => title === 'Revenue online' && box.y === 30));
  });

  it('EYE-5 while there is no connection, each widget with unsent edits says so, and all of them are listed in words', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    const live = stage.harness.coboard.openDashboard(stage.harness.id);
    stage.harness.dropConnection({ stay: true });
    live.edit(unit('kr'));
    live.edit((dashboard) => moveWidget(dashboard, id('Orders'), { x: 3, y: 30 }));
    await stage.page.find('main.sheet.offline');
    await until('both say so', () => stage.page.all('app-widget-frame .unsent').length === 2);
    await stage.click('.show-unsent', 'Show 2 edits');
    await stage.page.find('app-unsent-edits h2', 'Not sent yet');
    expect(stage.page.texts('app-unsent-edits li')).toEqual(['You moved Orders', 'You changed the unit of Revenue online']);
    stage.harness.reconnect();
    await stage.page.find('app-unsent-edits .summary', 'Everything is sent.');
    expect(stage.page.see('app-widget-frame .unsent')).toBeUndefined();
    stage.harness.coboard.closeDashboard(live);
  });

  it('EYE-4 all can be settled as they stand, and who may only view is not offered what would change the dashboard', async () => {
    await apart([unit('kr'), (dashboard) => moveWidget(dashboard, id('Revenue online'), { x: 3, y: 30 })], [unit('$'), (dashboard) => moveWidget(dashboard, id('Revenue online'), { x: 8, y: 20 })], '?edit=1&panel=eye');
    await until('two cards', () => stage.page.all('app-conflict-card').length === 2);
    expect(stage.page.texts('app-conflict-card h3').join()).toContain('Place and size of Revenue online');
    stage.page.all('.cards li')[0]?.dispatchEvent(new MouseEvent('mouseenter'));
    await until('the widget is ringed', () => stage.page.see('app-widget-frame.pointed-at') !== undefined);
    const version = stage.harness.server.dashboard(stage.harness.id).version;
    await stage.click('app-needs-your-eye header button', 'Settle all');
    await stage.page.find('app-needs-your-eye .summary', 'Nothing waits for you.');
    expect(stage.page.see('app-board-bar .eye')).toBeUndefined();
    expect(stage.harness.server.dashboard(stage.harness.id).version).toBe(version);
  });

  it('EYE-20 a choice that cannot be made says why, and its card stays with what was deleted; what cannot be used any more is told', async () => {
    await apart([(dashboard) => moveWidget(dashboard, id('Revenue online'), { x: 3, y: 30 }), (dashboard) => setSetting(dashboard, id('Orders'), 'unit', 'kr')], [
      (dashboard) => setSetting(dashboard, id('Orders'), 'unit', '$'),
      (dashboard) => removeWidgets(dashboard, [id('Revenue online')]),
      (dashboard) => Array.from({ length: limits.widgetsMax - Object.keys(dashboard.widgets).length }, (_, n) => addWidget(dashboard, newWidget('note', dashboard, Object.keys(dashboard.tabs)[1] ?? '', null), `extra${String(n)}`)).flat(),
    ], '?edit=1&panel=eye');
    await stage.page.find('app-conflict-card', 'Revenue online was deleted by Ben');
    await stage.click('app-conflict-card .choices button', 'Bring it back');
    await stage.toast(`Revenue online could not be brought back: a dashboard has at most ${String(limits.widgetsMax)} widgets. It waits here.`);
    expect(stage.page.see('app-conflict-card', 'Revenue online was deleted by Ben')).toBeDefined();

    stage.harness.coboard.openDashboard(stage.harness.id).edit((dashboard) => removeWidgets(dashboard, [id('Orders'), 'extra1']));
    await stage.click('app-conflict-card .choices button', 'mine');
    await stage.toast('Nothing was changed: Orders is gone, or is like that already.');
    await stage.click('app-conflict-card .choices button', 'Bring it back');
    await stage.toast('Brought back Revenue online');
    await stage.server('the widget', (dashboard) => Object.values(dashboard.widgets).some(({ title, box }) => title === 'Revenue online' && box.y === 30));
  });

  it('EYE-21 whatever was settled waits again when that is undone: all at once, what stands, and what was chosen', async () => {
    await apart([unit('kr'), (dashboard) => moveWidget(dashboard, id('Orders'), { x: 3, y: 30 })], [unit('$'), (dashboard) => removeWidgets(dashboard, [id('Orders')])], '?edit=1&panel=eye');
    await until('two cards', () => stage.page.all('app-conflict-card').length === 2);
    await stage.click('app-needs-your-eye header button', 'Settle all');
    await stage.toast('2 places stay as they are');
    expect(stage.page.see('app-conflict-card')).toBeUndefined();
    await stage.click('.toast button', 'Undo');
    await until('two cards again', () => stage.page.all('app-conflict-card').length === 2);
    await stage.click('app-conflict-card .choices button', 'Leave it deleted');
    await stage.toast('Orders stays deleted');
    await stage.click('.toast button', 'Undo');
    await stage.click('app-conflict-card .choices button', 'Keep mine');
    await stage.toast('Yours stays for Unit of Revenue online');
    await stage.click('.toast button', 'Undo');
    await stage.click('app-conflict-card .choices button', 'Use Ben’s');
    await stage.server('Ben’s unit', (dashboard) => (dashboard.widgets[id('Revenue online')]?.settings as { unit: string }).unit === '$');
    await stage.click('.toast button', 'Undo');
    await stage.server('Ana’s unit again', (dashboard) => (dashboard.widgets[id('Revenue online')]?.settings as { unit: string }).unit === 'kr');
    await until('two cards again', () => stage.page.all('app-conflict-card').length === 2);
  });
});
