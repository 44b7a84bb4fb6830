import { checkItem, editText, setSetting } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage, type BoardStageOptions } from '../board/testing/board-stage';

describe('WIDGETVIEW notes and checklists', () => {
  let stage: BoardStage;

  afterEach(() => {
    stage.harness.stop();
  });

  const open = async (options: BoardStageOptions = {}): Promise<void> => {
    stage = await BoardStage.open({ template: 'launch-room', ...options });
    await until('both are drawn', () => stage.page.see('app-note-view .md') !== undefined && stage.page.see('app-checklist-view li') !== undefined);
  };

  it('WIDGETVIEW-18 a note is read as Markdown, and written by whoever edits, with a click or a key', async () => {
    await open({ query: '?edit=1' });
    expect(stage.page.see('app-note-view strong')?.textContent).toBe('Thursday 09:00');
    await stage.page.click('app-note-view button', 'Write in the note');
    const field = (await stage.page.find('app-note-view textarea')) as HTMLTextAreaElement;
    await until('the field has the focus', () => document.activeElement === field);
    expect(field.value).toContain('**Thursday 09:00**');
    field.value = '# Done';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => editText(dashboard, ['widgets', stage.widget('Launch notes').id, 'settings', 'text'], '# All done'));
    await until('their letters', () => field.value === '# All done');
    stage.key('Escape', {}, field);
    expect((await stage.page.find('app-note-view h1')).textContent).toBe('All done');
    expect(document.activeElement).toBe(await stage.section('Launch notes'));
    expect(stage.page.router.url).toContain('edit=1');
  });

  it('WIDGETVIEW-19 a note cannot be written in view mode, and says when nothing is in it', async () => {
    await open();
    expect(stage.page.see('button', 'Write in the note')).toBeUndefined();
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => setSetting(dashboard, stage.widget('Launch notes').id, 'text', ' '));
    await stage.page.find('app-note-view', 'Nothing written yet.');
    stage.key('e', {}, document.body);
    await stage.page.find('app-note-view', 'Click to write. Markdown works.');
  });

  it('WIDGETVIEW-20 what is written in a note stays in it: no markup of the writer’s own', async () => {
    await open();
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => setSetting(dashboard, stage.widget('Launch notes').id, 'text', '<img src=x onerror=alert(1)> **b** [l](javascript:alert(1))'));
    await stage.page.find('app-note-view strong', 'b');
    const md = await stage.page.find('app-note-view .md');
    expect(md.querySelector('img')).toBeNull();
    expect(md.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(md.querySelector('a')?.getAttribute('href')).toBe('#');
  });

  it('WIDGETVIEW-21 tasks are checked off in view mode too, with the name of who did, and counted', async () => {
    await open();
    await stage.page.find('app-checklist-view .top', '4 of 7');
    const open5 = (await stage.page.find('app-checklist-view li', 'Switch on in Spain')).querySelector('input');
    open5?.click();
    await stage.page.find('app-checklist-view .top', '5 of 7');
    expect((await stage.page.find('app-checklist-view li', 'Switch on in Spain')).querySelector('.by')?.textContent).toBe('Ana');
    const ben = await stage.harness.join('Ben');
    const widget = stage.widget('Before we go');
    const freeze = widget.kind === 'checklist' ? Object.entries(widget.settings.items).find(([, { text }]) => text === 'Freeze prices')?.[0] : undefined;
    ben.edit((dashboard) => checkItem(dashboard, widget.id, freeze ?? '', true, 'Ben'));
    await stage.page.find('app-checklist-view .by', 'Ben');
    open5?.click();
    await stage.page.find('app-checklist-view .top', '5 of 7');
    await stage.server('it is open again', () => {
      const now = stage.widget('Before we go');
      return now.kind === 'checklist' && Object.values(now.settings.items).some(({ text, done, doneBy }) => text === 'Switch on in Spain' && !done && doneBy === null);
    });
  });

  it('WIDGETVIEW-22 a checked task that the server refuses is open again', async () => {
    await open();
    stage.harness.refuseNext('OP_RESULT_INVALID');
    const box = (await stage.page.find('app-checklist-view li', 'Switch on in Spain')).querySelector('input');
    box?.click();
    await stage.toast('Before we go is back as it was.');
    await until('it is open', () => box?.checked === false);
    await stage.page.find('app-checklist-view .top', '4 of 7');
  });
});
