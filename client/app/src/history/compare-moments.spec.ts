import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { until } from '@coboard/angular/testing';
import type { Dashboard } from '@coboard/core';
import { differences } from '@coboard/core/history';
import { templates } from '@coboard/core/templates';
import { CompareMoments } from './compare-moments';

const built = (): Dashboard => templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 });

/** A life of three versions: a note is renamed, then another widget is deleted. */
function life(): { readonly versions: ReadonlyMap<number, Dashboard>; readonly note: string; readonly gone: string } {
  const first = built();
  const note = Object.entries(first.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? '';
  const gone = Object.entries(first.widgets).find(([, { kind }]) => kind === 'kpi')?.[0] ?? '';
  const second = structuredClone(first);
  Object.assign(second.widgets[note] ?? {}, { title: 'What we know' });
  const third = structuredClone(second);
  Reflect.deleteProperty(third.widgets, gone);
  return { versions: new Map([[1, first], [2, second], [3, third]]), note, gone };
}

function open(from: number, dashboardAt: (version: number) => Promise<Dashboard | null>) {
  const at = Date.now();
  const entry = (to: number, words: string) => ({ collection: 'dashboards', from: to - 1, to, count: 1, at, until: at, by: { id: 'ben', name: 'Ben' }, things: [], kinds: ['renamed'], words: [words] });
  const desk = { end: signal(3), list: { entries: signal([entry(3, 'deleted a widget'), entry(2, 'renamed a note')]) }, named: signal([{ v: 2, name: 'Agreed', note: '', by: null, at }]), dashboardAt, madeAt: () => null, differences };
  TestBed.configureTestingModule({ providers: [{ provide: DIALOG_DATA, useValue: { desk, from } }, { provide: DialogRef, useValue: { close: () => undefined } }] });
  const fixture = TestBed.createComponent(CompareMoments);
  const element = fixture.nativeElement as HTMLElement;
  const text = (selector: string): string[] => [...element.querySelectorAll(selector)].map((one) => one.textContent.trim().replaceAll(/\s+/g, ' '));
  return { element, text };
}

describe('comparing', () => {
  it('HISTORYUI-6 two moments stand beside each other with what differs, and another can be chosen', async () => {
    const { versions, note, gone } = life();
    const { element, text } = open(1, (version) => Promise.resolve(versions.get(version) ?? null));
    await until('both are there', () => text('section.row').length === 2);
    expect(text('.moments [role=status]')).toEqual(['1 changed, 1 deleted.']);
    const was = versions.get(1)?.widgets;
    expect(text('section.row h3').sort()).toEqual(['What we know', was?.[gone]?.title ?? ''].sort());
    expect(text('section.row li').sort()).toEqual([`renamed ${was?.[note]?.title ?? ''} to What we know`, 'was deleted'].sort());
    expect(text('figure.none').map((words) => words.includes('It is gone'))).toEqual([true]);
    // each is drawn when it comes into view
    await until('they are drawn', () => {
      for (const preview of element.querySelectorAll('.preview:empty')) preview.scrollIntoView();
      return element.querySelectorAll('app-widget-body').length === 3;
    });
    expect(text('.moments button')).toEqual(['The beginning', 'Now']);

    element.querySelector<HTMLElement>('.moments button[aria-label^="Later"]')?.click();
    await until('the moments are listed', () => document.querySelectorAll('.menu [role=menuitemradio]').length === 3);
    const named = [...document.querySelectorAll<HTMLElement>('.menu [role=menuitemradio]')].find((one) => one.textContent.includes('“Agreed”'));
    named?.click();
    await until('it is another one', () => text('section.row').length === 1);
    expect(text('.moments [role=status]')).toEqual(['1 changed.']);
  });

  it('HISTORYUI-28 widgets that draw other data stand beside each other too, and what differs elsewhere is said', async () => {
    const first = built();
    const third = structuredClone(first);
    const kpi = Object.values(first.widgets).find(({ settings }) => 'dataset' in settings && settings.dataset !== null);
    const dataset = kpi && 'dataset' in kpi.settings ? (kpi.settings.dataset ?? '') : '';
    const drawing = Object.values(first.widgets).filter(({ settings }) => 'dataset' in settings && settings.dataset === dataset);
    const [row] = Object.values(third.datasets[dataset]?.rows ?? {});
    const [column = ''] = Object.entries(row?.cells ?? {}).flatMap(([id, value]) => (typeof value === 'number' ? [id] : []));
    Object.assign(row?.cells ?? {}, { [column]: -7 });
    Object.assign(third, { title: 'Another name' });
    const { text, element } = open(1, (version) => Promise.resolve(version === 1 ? first : third));
    await until('both are there', () => element.querySelectorAll('section.row .sides').length === drawing.length);
    expect(text('.moments [role=status]')).toEqual([`${String(drawing.length)} with other data; 2 things of the dashboard itself.`]);
    expect(text('section.row:not(:has(.sides)) li').length).toBe(2);
    expect(text('section.row li')).toContain('renamed the dashboard to Another name');
  });

  it('HISTORYUI-7 what is the same, what lay in the bin and what cannot be read is said', async () => {
    const { versions } = life();
    const same = open(3, (version) => Promise.resolve(versions.get(version) ?? null));
    await until('it says so', () => same.text('.message h3').join() === 'Nothing differs');
    TestBed.resetTestingModule();
    const binned = open(1, (version) => Promise.resolve(version === 1 ? null : (versions.get(version) ?? null)));
    await until('it says so', () => binned.text('.message h3').join().startsWith('The dashboard lay in the bin'));
    TestBed.resetTestingModule();
    let isAway = true;
    const failing = open(1, (version) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(versions.get(version) ?? null)));
    await until('it says so', () => failing.text('.message h3').join().startsWith('These moments cannot be compared'));
    isAway = false;
    failing.element.querySelector<HTMLElement>('.message button')?.click();
    await until('both are there', () => failing.text('section.row').length === 2);
  });
});
