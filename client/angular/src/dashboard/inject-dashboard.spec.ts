import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CoboardHarness, until } from '@coboard/angular/testing';
import { replaceAt, type DashboardChange, type Refusal } from '@coboard/core';
import { injectDashboard } from './inject-dashboard';

@Component({ selector: 'cb-test-board', changeDetection: ChangeDetectionStrategy.OnPush, template: '{{ board.dashboard()?.title }}' })
class TestBoard {
  readonly id = signal<string | null>(null);
  readonly board = injectDashboard(() => this.id());
}

describe('injectDashboard', () => {
  let harness: CoboardHarness;
  const open = async (id: string | null = harness.id) => {
    const fixture = TestBed.createComponent(TestBoard);
    fixture.componentInstance.id.set(id);
    fixture.autoDetectChanges();
    await fixture.whenStable();
    return fixture;
  };
  const titled = (title: string) => (dashboard: Parameters<typeof replaceAt>[0]) => replaceAt(dashboard, ['title'], title);

  beforeEach(async () => {
    harness = new CoboardHarness({ template: 'sales-overview' });
    TestBed.configureTestingModule({ providers: [harness.provide()] });
    await harness.start();
  });
  afterEach(() => {
    harness.stop();
  });

  it('NG-1 a component draws the dashboard, its own edits at once and those of others as they come', async () => {
    const fixture = await open();
    const { board } = fixture.componentInstance;
    const element = fixture.nativeElement as HTMLElement;
    expect(board.state().status).toBe('loading');
    await until('it is there', () => element.textContent === 'Sales overview');
    expect([board.role(), board.canEdit()]).toEqual(['owner', true]);
    const widgets = board.dashboard()?.widgets;
    expect(board.edit(titled('Mine'))).toBeTrue();
    expect(board.dashboard()?.title).toBe('Mine');
    expect(board.pendingCount()).toBe(1);
    const changes: DashboardChange[] = [];
    board.changes.subscribe((change) => changes.push(change));
    const ben = await harness.join('Ben');
    ben.edit(titled('By Ben'));
    await until('Ben’s edit is drawn', () => element.textContent === 'By Ben');
    expect(changes.at(-1)?.author?.name).toBe('Ben');
    expect(board.dashboard()?.widgets).toBe(widgets);
    expect([board.pendingCount(), board.savedAt() === null]).toEqual([0, false]);
  });

  it('NG-2 what the server refuses is back as it was, and told', async () => {
    const { componentInstance: { board } } = await open();
    await until('it is there', () => board.dashboard());
    const refusals: Refusal[] = [];
    board.refusals.subscribe((refusal) => refusals.push(refusal));
    harness.refuseNext('OP_TOO_LARGE');
    board.edit(titled('Refused'));
    await until('it is back', () => board.dashboard()?.title === 'Sales overview');
    expect(refusals.map(({ code, sent }) => [code, sent])).toEqual([['OP_TOO_LARGE', true]]);
  });

  it('NG-3 the id may change; the one before is closed, and all is closed with the component', async () => {
    const other = harness.server.addDashboard({ owner: 'Ana', template: 'launch-room' });
    const closed = spyOn(harness.coboard, 'closeDashboard').and.callThrough();
    const fixture = await open();
    const { board, id } = fixture.componentInstance;
    await until('the first', () => board.dashboard()?.title === 'Sales overview');
    id.set(other);
    await until('the second', () => board.dashboard()?.title === 'Launch room');
    harness.dropConnection({ stay: true });
    board.edit(titled('Not saved yet'));
    expect([board.pendingCount(), board.undoable().undo === null]).toEqual([1, false]);
    expect(closed.calls.allArgs().map(([live]) => live.id)).toEqual([harness.id]);
    id.set(null);
    await until('none', () => board.live() === null && board.state().status === 'loading');
    expect([board.pendingCount(), board.savedAt(), board.undoable()]).toEqual([0, null, { undo: null, redo: null }]);
    harness.reconnect();
    id.set(harness.id);
    await until('the first again', () => board.dashboard()?.title === 'Sales overview');
    fixture.destroy();
    expect(closed.calls.count()).toBe(3);
  });

  it('NG-4 undo and redo take back one’s own edits and offer what they would do', async () => {
    const { componentInstance: { board } } = await open();
    await until('it is there', () => board.dashboard());
    expect(board.undoable()).toEqual({ undo: null, redo: null });
    board.edit(titled('Mine'));
    expect(board.undoable().undo).toContain('Mine');
    expect(board.undo().status).toBe('done');
    expect(board.dashboard()?.title).toBe('Sales overview');
    expect(board.redo().status).toBe('done');
    expect(board.dashboard()?.title).toBe('Mine');
    expect(board.redo().status).toBe('nothing');
  });

  it('NG-5 who may only view cannot edit, and who loses access is told by whom', async () => {
    const viewing = new CoboardHarness({ user: 'Ana', everyone: 'viewer' });
    TestBed.resetTestingModule().configureTestingModule({ providers: [viewing.provide()] });
    viewing.server.setRole(viewing.id, 'Ana', 'viewer');
    await viewing.start();
    const fixture = TestBed.createComponent(TestBoard);
    fixture.componentInstance.id.set(viewing.id);
    await fixture.whenStable();
    const { board } = fixture.componentInstance;
    await until('it is there', () => board.dashboard());
    expect(board.canEdit()).toBeFalse();
    expect(board.edit(titled('No'))).toBeFalse();
    viewing.server.setRole(viewing.id, 'Ana', null, 'Ben');
    const state = await until('it is gone', () => (board.state().status === 'gone' ? board.state() : null));
    expect(state).toEqual({ status: 'gone', by: 'Ben' });
    viewing.stop();
  });
});
