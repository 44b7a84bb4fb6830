import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CoboardHarness, until } from '@coboard/angular/testing';
import { injectPresence } from './inject-presence';

@Component({ selector: 'cb-test-room', changeDetection: ChangeDetectionStrategy.OnPush, template: '{{ presence.people().length }}' })
class TestRoom {
  readonly id = signal<string | null>(null);
  readonly presence = injectPresence(() => this.id());
}

describe('injectPresence', () => {
  let harness: CoboardHarness;
  beforeEach(async () => {
    harness = new CoboardHarness();
    TestBed.configureTestingModule({ providers: [harness.provide()] });
    await harness.start();
  });
  afterEach(() => {
    harness.stop();
  });

  it('NG-6 it tells who is there and what they edit, and they see what one says', async () => {
    const fixture = TestBed.createComponent(TestRoom);
    fixture.componentInstance.id.set(harness.id);
    await fixture.whenStable();
    const { presence } = fixture.componentInstance;
    const ben = await harness.join('Ben');
    const room = ben.coboard.openPresence(harness.id);
    await until('two are there', () => presence.people().length === 2);
    expect(presence.people().map(({ user, self }) => [user.name, self])).toEqual([['Ben', false], ['Ana', true]]);
    ben.types({ widget: 'w1', field: 'title', caret: [2, 2] });
    const [editor] = await until('Ben writes', () => (presence.editorsOf('w1').length === 1 ? presence.editorsOf('w1') : null));
    expect([editor?.user.name, editor?.typing]).toEqual(['Ben', true]);
    expect(presence.colorOf(editor?.user.id ?? '')).toMatch(/^p\d+$/);
    expect(presence.colorOf('nobody')).toBe('p12');
    presence.update({ cursor: { tab: 't', x: 1, y: 2 } });
    await until('Ben sees the cursor', () => room.people.value.some(({ user, windows }) => user.name === 'Ana' && windows[0]?.value.cursor?.x === 1));
    ben.leave();
    await until('Ben has left', () => presence.people().length === 1);
    fixture.destroy();
    await until('one has left too', () => harness.server.peopleIn(harness.id).length === 0);
  });

  it('NG-7 whoever moves is not away', async () => {
    const fixture = TestBed.createComponent(TestRoom);
    fixture.componentInstance.id.set(harness.id);
    await fixture.whenStable();
    const room = harness.coboard.openPresence(harness.id);
    const active = spyOn(room, 'active').and.callThrough();
    window.dispatchEvent(new PointerEvent('pointermove'));
    window.dispatchEvent(new PointerEvent('pointermove'));
    expect(active.calls.count()).toBe(1);
    fixture.destroy();
    window.dispatchEvent(new KeyboardEvent('keydown'));
    expect(active.calls.count()).toBe(1);
  });
});
