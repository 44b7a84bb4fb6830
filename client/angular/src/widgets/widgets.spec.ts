import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CoboardHarness, until } from '@coboard/angular/testing';
import { replaceAt, setBox, type Editor } from '@coboard/core';
import { injectDashboard } from '../dashboard/inject-dashboard';
import { injectPresence } from '../presence/inject-presence';
import { editorTag } from './editor-words';
import { RemoteFlash } from './remote-flash';
import { WidgetRing } from './widget-ring';

const editor = (name: string, more: Partial<Editor> = {}): Editor => ({ user: { id: `u-${name}`, name, color: 'p3' }, self: false, field: '', caret: null, typing: false, ...more });

@Component({
  selector: 'cb-test-widget',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RemoteFlash, WidgetRing],
  template: `
    <div style="position: relative; width: 300px; height: 200px">
      <cb-widget-ring [editors]="editors()" />
      <div class="card" style="position: absolute; inset: 0" [cbRemoteFlash]="path()" [cbRemoteFlashOf]="board" [cbRemoteFlashPresence]="presence"></div>
    </div>
  `,
})
class TestWidget {
  readonly id = signal('');
  readonly editors = signal<readonly Editor[]>([]);
  readonly path = signal<readonly string[]>(['widgets', 'none']);
  readonly board = injectDashboard(() => this.id() || null);
  readonly presence = injectPresence(() => this.id() || null);
}

describe('widgets', () => {
  let harness: CoboardHarness;
  beforeEach(async () => {
    harness = new CoboardHarness({ template: 'sales-overview' });
    TestBed.configureTestingModule({ providers: [harness.provide()] });
    await harness.start();
  });
  afterEach(() => {
    harness.stop();
  });
  const show = async () => {
    const fixture = TestBed.createComponent(TestWidget);
    fixture.componentInstance.id.set(harness.id);
    fixture.autoDetectChanges();
    await fixture.whenStable();
    return { widget: fixture.componentInstance, root: fixture.nativeElement as HTMLElement };
  };

  it('NG-17 the tag says who edits, in the words of how many there are', () => {
    expect(editorTag([])).toBeNull();
    expect(editorTag([editor('Ana', { self: true })])).toBeNull();
    const words = (...editors: Editor[]) => editorTag(editors)?.words;
    expect(words(editor('Ben'))).toBe('Ben is editing');
    expect(words(editor('Ben', { typing: true }))).toBe('Ben is writing');
    expect(words(editor('Ben'), editor('Ana', { self: true }))).toBe('You and Ben');
    expect(words(editor('Ben'), editor('Chiyo'))).toBe('Ben and Chiyo');
    expect(words(editor('Ben'), editor('Chiyo'), editor('Dev'))).toBe('Ben and 2 more');
    expect(words(editor('Ben'), editor('Chiyo'), editor('Ana', { self: true }))).toBe('You, Ben and 1 more');
    expect(editorTag([editor('Ben')], { name: 'Chiyo', color: 'p2' })?.words).toBe('Chiyo is moving this');
  });

  it('NG-18 the ring is there at once, and leaves two seconds after the last editor', async () => {
    const { widget, root } = await show();
    jasmine.clock().install();
    try {
      widget.editors.set([editor('Ben', { typing: true })]);
      TestBed.tick();
      expect(root.querySelector('.ring')?.textContent).toContain('Ben is writing');
      expect(root.querySelector('.dots')).not.toBeNull();
      widget.editors.set([]);
      TestBed.tick();
      jasmine.clock().tick(1_900);
      TestBed.tick();
      expect(root.querySelector('.ring:not(.leaving)')).not.toBeNull();
      widget.editors.set([editor('Chiyo')]);
      TestBed.tick();
      expect(root.querySelector('.ring')?.textContent).toContain('Chiyo is editing');
      widget.editors.set([]);
      TestBed.tick();
      jasmine.clock().tick(2_000);
      TestBed.tick();
      expect(root.querySelector('.ring.leaving')).not.toBeNull();
      jasmine.clock().tick(300);
      TestBed.tick();
      expect(root.querySelector('.ring')).toBeNull();
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('NG-19 what somebody else changes is tinted with their name for a moment; one’s own edits and other places are not', async () => {
    const { widget, root } = await show();
    const dashboard = await until('it is there', () => widget.board.dashboard());
    const [id = '', other = ''] = Object.keys(dashboard.widgets);
    widget.path.set(['widgets', id]);
    TestBed.tick();
    const flash = (): string | null => root.querySelector('.cb-flash')?.textContent ?? null;
    widget.board.edit((now) => replaceAt(now, ['widgets', id, 'title'], 'Mine'));
    const ben = await harness.join('Ben');
    ben.edit((now) => replaceAt(now, ['widgets', other, 'title'], 'Elsewhere'));
    await harness.settle();
    expect(flash()).toBeNull();
    ben.edit((now) => setBox(now, id, { h: 9 }));
    expect(await until('the tint', flash)).toBe('Ben, just now');
    await until('it fades', () => flash() === null);
  });
});
