import { editText, replaceAt, type ChecklistItem } from '@coboard/core';
import { until, type HarnessPerson } from '@coboard/angular/testing';
import { BoardStage } from '../board/testing/board-stage';

const fields = 'app-checklist-editor .item input';

describe('EDITOR of a checklist', () => {
  let stage: BoardStage;
  let ben: HarnessPerson;

  beforeEach(async () => {
    stage = await BoardStage.open({ template: 'launch-room', query: '?edit=1' });
    stage.page.press(await stage.focus('Before we go'), 'Enter');
    await stage.page.find(fields);
    ben = await stage.harness.join('Ben');
  });

  afterEach(() => {
    stage.harness.stop();
  });

  const items = (): [string, ChecklistItem][] => {
    const widget = stage.widget('Before we go');
    return widget.kind === 'checklist' ? Object.entries(widget.settings.items).sort(([, a], [, b]) => (a.order < b.order ? -1 : 1)) : [];
  };
  const texts = (): string[] => items().map(([, { text }]) => text);
  const pathOf = (text: string): readonly string[] => ['widgets', stage.widget('Before we go').id, 'settings', 'items', items().find(([, item]) => item.text === text)?.[0] ?? ''];
  /** The words of the fields from the top, as the eye sees them. */
  const seen = (): string[] => stage.page.all(fields).sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).map((field) => (field as HTMLInputElement).value);

  it('EDITOR-8 Enter adds a task and goes on in it', async () => {
    const first = stage.page.see(fields) as HTMLInputElement;
    first.focus();
    stage.key('Enter', {}, first);
    const field = document.activeElement as HTMLInputElement;
    expect([field.getAttribute('aria-label'), field.value]).toEqual(['Task 8', '']);
    field.value = 'Tell everybody';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await stage.server('the task', () => texts().at(-1) === 'Tell everybody');
    await until('it is on the board', () => stage.page.see('app-checklist-view li', 'Tell everybody'));
    stage.key('Enter', { isComposing: true }, field);
    await stage.harness.settle();
    expect(texts().length).toBe(8);
  });

  it('EDITOR-9 moves a task by its buttons, again and again, the focus staying on them', async () => {
    const [first, second, third] = texts();
    const down = (await stage.page.find('button', `Move ${first ?? ''} down`)) as HTMLButtonElement;
    down.focus();
    down.click();
    await stage.server('the move', () => texts()[1] === first);
    await until('it is seen', () => seen()[1] === first);
    expect(document.activeElement).toBe(down);
    down.click();
    await stage.server('the next move', () => texts().slice(0, 3).join() === [second, third, first].join());
    expect(document.activeElement).toBe(down);
    down.blur();
    await until('the page has the order too', () => stage.page.all(fields).map((field) => (field as HTMLInputElement).value).join() === texts().join());
  });

  it('EDITOR-10 keeps the field and the caret while others move and rename tasks', async () => {
    const [first = '', second = ''] = texts();
    const field = stage.page.all(fields)[0] as HTMLInputElement;
    field.focus();
    field.setSelectionRange(3, 3);
    ben.edit((dashboard) => replaceAt(dashboard, [...pathOf(first), 'order'], 'zzz'));
    ben.edit((dashboard) => editText(dashboard, [...pathOf(second), 'text'], 'Test it'));
    await until('what others did', () => seen().at(-1) === first && seen()[0] === 'Test it');
    expect(document.activeElement).toBe(field);
    expect(field.selectionStart).toBe(3);
  });

  it('EDITOR-11 deletes a task and goes on to the next', async () => {
    const [first = '', second = ''] = texts();
    await stage.page.click('button', `Delete ${first}`);
    await stage.server('one less', () => texts().length === 6 && texts()[0] === second);
    await until('the focus is in the next', () => (document.activeElement as HTMLInputElement).value === second);
  });
});
