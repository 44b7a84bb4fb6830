import { ChangeDetectionStrategy, Component, ErrorHandler, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CoboardHarness, until, type HarnessPerson } from '@coboard/angular/testing';
import { editText, replaceAt } from '@coboard/core';
import { injectDashboard } from '../dashboard/inject-dashboard';
import { injectPresence } from '../presence/inject-presence';
import { SharedText } from './shared-text';

@Component({
  selector: 'cb-test-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [SharedText],
  template: '<div style="position: relative"><input [cbSharedText]="path()" [cbSharedTextOf]="board" [cbSharedTextPresence]="presence" cbSharedTextWidget="title-of-it" /></div>',
})
class TestField {
  readonly id = signal('');
  readonly path = signal<readonly string[]>(['title']);
  readonly board = injectDashboard(() => this.id() || null);
  readonly presence = injectPresence(() => this.id() || null);
}

describe('SharedText', () => {
  let harness: CoboardHarness;
  let ben: HarnessPerson;
  beforeEach(async () => {
    harness = new CoboardHarness({ template: 'sales-overview' });
    TestBed.configureTestingModule({ providers: [harness.provide()] });
    await harness.start();
    ben = await harness.join('Ben');
  });
  afterEach(() => {
    harness.stop();
  });
  const show = async () => {
    const fixture = TestBed.createComponent(TestField);
    fixture.componentInstance.id.set(harness.id);
    fixture.autoDetectChanges();
    await fixture.whenStable();
    const field = (fixture.nativeElement as HTMLElement).querySelector('input');
    if (field === null) throw new Error('no field');
    await until('it has the text', () => field.value === 'Sales overview');
    return { fixture, field, board: fixture.componentInstance.board };
  };
  /** As a keyboard does: the letters come in where the caret is. */
  const type = (field: HTMLInputElement, text: string) => {
    field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true, data: text }));
  };
  const title = (text: string) => (dashboard: Parameters<typeof editText>[0]) => editText(dashboard, ['title'], text);

  it('NG-20 two people typing in one field merge by letter, and the caret stays where it was', async () => {
    const { field } = await show();
    field.focus();
    field.setSelectionRange(5, 5);
    type(field, ' now');
    ben.edit(title('Big Sales overview'));
    ben.edit(title('Big Sales overview!'));
    await harness.settle();
    expect(field.value).toBe('Big Sales now overview!');
    expect(harness.dashboard.title).toBe('Big Sales now overview!');
    expect(ben.dashboard.title).toBe('Big Sales now overview!');
    expect([field.selectionStart, field.selectionEnd]).toEqual(['Big Sales now'.length, 'Big Sales now'.length]);
    field.blur();
  });

  it('NG-21 nothing is touched while an input method composes, and what came in meanwhile is there after', async () => {
    const { field } = await show();
    field.focus();
    field.setSelectionRange(0, 0);
    field.dispatchEvent(new CompositionEvent('compositionstart'));
    field.setRangeText('に', 0, 0, 'end');
    field.dispatchEvent(new InputEvent('input', { isComposing: true }));
    ben.edit(title('Sales overview, by Ben'));
    await harness.settle();
    expect(field.value).toBe('にSales overview');
    expect(harness.dashboard.title).toBe('Sales overview, by Ben');
    field.setRangeText('日', 0, 1, 'end');
    field.dispatchEvent(new CompositionEvent('compositionend', { data: '日' }));
    await harness.settle();
    expect([field.value, harness.dashboard.title]).toEqual(['日Sales overview, by Ben', '日Sales overview, by Ben']);
    field.blur();
  });

  it('NG-22 one sees the carets of others with their names, and they see one’s own', async () => {
    const { field, fixture } = await show();
    ben.types({ widget: 'title-of-it', field: 'title', caret: [3, 5] });
    const caret = await until('Ben’s caret', () => (fixture.nativeElement as HTMLElement).querySelector('.cb-caret'));
    expect(caret.textContent).toBe('Ben');
    field.focus();
    field.setSelectionRange(2, 4);
    document.dispatchEvent(new Event('selectionchange'));
    const room = ben.coboard.openPresence(harness.id);
    const seen = await until('Ben sees it', () => {
      const { editing } = room.people.value.find(({ user }) => user.name === 'Ana') ?? {};
      return editing?.caret?.[1] === 4 ? editing : null;
    });
    expect(seen).toEqual({ widget: 'title-of-it', field: 'title', caret: [2, 4] });
    field.blur();
    await until('it is gone with the focus', () => room.people.value.find(({ user }) => user.name === 'Ana')?.editing === null);
  });

  it('NG-32 a caret in what is scrolled out of a field is not drawn beside it', async () => {
    const { field, fixture } = await show();
    ben.edit(title('a very long title '.repeat(10).trim()));
    await until('the long title', () => field.value.length > 150);
    ben.types({ widget: 'title-of-it', field: 'title', caret: [170, 170] });
    const layer = await until('Ben’s caret', () => (fixture.nativeElement as HTMLElement).querySelector('.cb-caret')?.closest<HTMLElement>('.cb-carets'));
    const caret = layer.querySelector('.cb-caret')?.getBoundingClientRect();
    const { right } = field.getBoundingClientRect();
    expect(caret?.left).toBeGreaterThan(right);
    expect(layer.offsetWidth).toBe(field.offsetWidth);
    expect(getComputedStyle(layer).clipPath).toBe('inset(-20px -2px -4px)');
  });

  it('NG-23 undo takes back what one typed, not what others typed', async () => {
    const { field } = await show();
    field.focus();
    field.setSelectionRange(14, 14);
    type(field, '!');
    ben.edit(title('My Sales overview'));
    await harness.settle();
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true, cancelable: true }));
    expect(field.value).toBe('My Sales overview');
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true }));
    expect(field.value).toBe('My Sales overview!');
    await harness.settle();
    expect(harness.dashboard.title).toBe('My Sales overview!');
    field.blur();
  });

  it('NG-29 a cell that was empty is written into, another path shows another text', async () => {
    const { field, fixture } = await show();
    const { datasets } = harness.dashboard;
    const [dataset = ''] = Object.keys(datasets);
    const [row = ''] = Object.keys(datasets[dataset]?.rows ?? {});
    const [column = ''] = Object.keys(datasets[dataset]?.columns ?? {});
    const path = ['datasets', dataset, 'rows', row, 'cells', column];
    ben.edit((dashboard) => replaceAt(dashboard, path, null));
    await harness.settle();
    fixture.componentInstance.path.set(path);
    TestBed.tick();
    expect(field.value).toBe('');
    field.focus();
    type(field, 'Q');
    type(field, '1');
    await harness.settle();
    expect(harness.dashboard.datasets[dataset]?.rows[row]?.cells[column]).toBe('Q1');
    field.blur();
  });

  it('NG-30 the field goes on hearing others after an edit that failed by a fault', async () => {
    const faults: unknown[] = [];
    const handler = { handleError: (fault: unknown) => faults.push(fault) };
    TestBed.resetTestingModule().configureTestingModule({ rethrowApplicationErrors: false, providers: [harness.provide(), { provide: ErrorHandler, useValue: handler }] });
    const { field, board } = await show();
    const edit = spyOn(board, 'edit').and.throwError('a fault');
    field.focus();
    type(field, 'x');
    expect(faults.length).toBe(1);
    edit.and.callThrough();
    ben.edit(title('By Ben'));
    await harness.settle();
    expect(field.value).toContain('By Ben');
    field.blur();
  });

  it('NG-24 what is refused leaves the field, and who may not edit cannot type', async () => {
    const { field, board } = await show();
    field.focus();
    harness.refuseNext('OP_RESULT_INVALID');
    field.setSelectionRange(0, 0);
    type(field, 'x');
    expect(field.value).toBe('xSales overview');
    await until('it is back', () => field.value === 'Sales overview');
    harness.server.dashboard(harness.id).everyone = 'viewer';
    harness.server.setRole(harness.id, 'Ana', 'viewer', 'Ben');
    await until('the role came', () => !board.canEdit());
    await until('it is closed', () => field.readOnly);
    field.blur();
  });
});
