import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Presence, PresentPerson } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { initialOf } from './avatar';
import { LiveCursors, gridPoint } from './live-cursors';
import { placeWords } from './person-place';
import { PresenceBar } from './presence-bar';

const nothing: Presence = { cursor: null, selection: [], editing: null, typing: false, idle: false };

function person(name: string, more: Partial<PresentPerson> = {}, value: Partial<Presence> = {}): PresentPerson {
  const user = { id: `u-${name}`, name, color: 'p1' };
  return { user, self: false, editing: null, typing: false, idle: false, tab: null, stale: false, windows: [{ id: `w-${name}`, value: { ...nothing, ...value, user }, seenAt: 0 }], ...more };
}

@Component({
  selector: 'cb-test-people',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [LiveCursors, PresenceBar],
  template: `
    <cb-presence-bar [people]="people()" [max]="3" (personClick)="clicked.push($event.user.name)" />
    <div style="position: relative; width: 1200px; height: 400px"><cb-live-cursors [people]="people()" tab="t1" [metrics]="{ columnStepPx: 100, rowStepPx: 40 }" /></div>
  `,
})
class TestPeople {
  readonly people = signal<readonly PresentPerson[]>([]);
  readonly clicked: string[] = [];
}

describe('people', () => {
  const show = async (...people: PresentPerson[]) => {
    const fixture = TestBed.createComponent(TestPeople);
    fixture.componentInstance.people.set(people);
    fixture.autoDetectChanges();
    await fixture.whenStable();
    const root = fixture.nativeElement as HTMLElement;
    return { fixture, root, labels: () => [...root.querySelectorAll('cb-presence-bar button')].map((one) => one.getAttribute('aria-label')), cursors: () => [...root.querySelectorAll<HTMLElement>('.cursor')] };
  };

  it('NG-12 the bar names who else is here and where, and how many do not fit', async () => {
    const { labels, root, fixture } = await show(person('Ben', { editing: { widget: 'w', field: 'title' } }), person('Chiyo', { idle: true }), person('Dev', { stale: true }), person('Elif'), person('Finn'), person('Ana', { self: true }));
    expect(labels()).toEqual(['Ben, Editing here', 'Chiyo, Away', 'Dev, Last known before the connection was lost', '2 more people']);
    expect([...root.querySelectorAll('cb-avatar.editing')].map((one) => one.textContent)).toEqual(['B']);
    expect([...root.querySelectorAll('cb-avatar.idle')].map((one) => one.textContent)).toEqual(['C', 'D']);
    root.querySelector<HTMLElement>('cb-presence-bar button')?.focus();
    await until('the card', () => root.querySelector('[role=tooltip]')?.textContent.includes('Ben'));
    root.querySelector<HTMLElement>('cb-presence-bar button')?.click();
    expect(fixture.componentInstance.clicked).toEqual(['Ben']);
  });

  it('NG-13 an initial is a whole letter of any script', () => {
    expect(['ana', ' 東京 ', '👩🏽‍🚀 Mia', 'éa', ''].map(initialOf)).toEqual(['A', '東', '👩🏽‍🚀', 'É', '?']);
  });

  it('NG-14 where somebody is, is said in words', () => {
    expect(placeWords(person('Ben', { editing: { widget: 'w', field: '' }, typing: true }), null)).toBe('Writing here');
    expect(placeWords(person('Ben', { tab: 't1' }), null)).toBe('Looking at this dashboard');
  });

  it('NG-15 cursors of others on this tab point at the same column and row; nobody’s own, nobody’s old one', async () => {
    const at = (tab: string, x: number, y: number): Partial<Presence> => ({ cursor: { tab, x, y } });
    const { cursors, fixture } = await show(person('Ben', {}, at('t1', 2.5, 3)), person('Chiyo', {}, at('t2', 1, 1)), person('Ana', { self: true }, at('t1', 1, 1)), person('Dev', { stale: true }, at('t1', 1, 1)));
    expect(cursors().map((one) => [one.textContent.trim(), one.style.translate])).toEqual([['Ben', '250px 120px']]);
    fixture.componentInstance.people.set([person('Ben', {}, at('t1', 3, 90))]);
    await until('it moved', () => cursors()[0]?.style.translate === '300px 3600px');
    expect(cursors()[0]?.classList).toContain('jumped');
    fixture.componentInstance.people.set([person('Ben', {}, at('t1', 3.1, 90))]);
    await until('it glides', () => !(cursors()[0]?.classList.contains('jumped') ?? true));
  });

  it('NG-28 the name at a cursor goes when it rests for three seconds, and the cursor after twenty; both are back when it moves', async () => {
    const at = (x: number): PresentPerson => person('Ben', {}, { cursor: { tab: 't1', x, y: 1 } });
    jasmine.clock().install().mockDate(new Date(2026, 10, 20));
    try {
      const { cursors, fixture } = await show(at(1));
      const later = (ms: number): void => {
        jasmine.clock().tick(ms);
        TestBed.tick();
      };
      const moves = (x: number): void => {
        fixture.componentInstance.people.set([at(x)]);
        TestBed.tick();
      };
      const isQuiet = (): boolean | undefined => cursors()[0]?.classList.contains('quiet');
      expect(isQuiet()).toBeFalse();
      later(2_900);
      expect(isQuiet()).toBeFalse();
      later(200);
      expect(isQuiet()).toBeTrue();
      // heard of again, where it was
      moves(1);
      expect(isQuiet()).toBeTrue();
      moves(2);
      expect(isQuiet()).toBeFalse();
      later(3_100);
      later(17_000);
      expect(cursors()).toEqual([]);
      moves(3);
      expect(isQuiet()).toBeFalse();
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('NG-16 a pointer over a grid is a place in columns and rows', () => {
    const grid = document.body.appendChild(document.createElement('div'));
    Object.assign(grid.style, { position: 'fixed', left: '50px', top: '20px', width: '10px', height: '10px' });
    expect(gridPoint({ clientX: 150, clientY: 100 }, grid, { columnStepPx: 100, rowStepPx: 40 })).toEqual({ x: 1, y: 2 });
    grid.remove();
  });
});
