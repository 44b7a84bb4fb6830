import { addWidget, editText, moveWidget, newWidget, presenceChannel, removeWidgets, setBox, type Dashboard } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import type { HarnessPerson } from '@coboard/angular/testing';
import { BoardStage } from './testing/board-stage';

describe('PLACE the grid of a board', () => {
  let stage: BoardStage;
  let ben: HarnessPerson;

  beforeEach(async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    ben = await stage.harness.join('Ben');
    await stage.placed('Sales', { x: 0, y: 3, w: 8, h: 7 });
  });

  afterEach(() => {
    stage.harness.stop();
  });

  function mouse(type: string, target: EventTarget, clientX: number, clientY: number): void {
    target.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window, button: 0, buttons: type === 'mouseup' ? 0 : 1, clientX, clientY }));
  }

  /** Takes a widget by its header and carries it by columns and rows. */
  async function carry(title: string, columns: number, rows: number): Promise<{ drop: () => void; section: HTMLElement }> {
    const section = await stage.section(title);
    const handle = section.querySelector('.widget-handle');
    if (handle === null) throw new Error('no handle');
    const { left, top } = handle.getBoundingClientRect();
    const step = (section.parentElement?.getBoundingClientRect().width ?? 0) / 12;
    const [x, y] = [left + 10, top + 5];
    mouse('mousedown', handle, x, y);
    // the first step only tells that it is being dragged
    mouse('mousemove', document, x, y + 4);
    for (let i = 1; i <= 5; i++) mouse('mousemove', document, x + (columns * step * i) / 5, y + (rows * 40 * i) / 5);
    return {
      section,
      drop: () => {
        mouse('mouseup', document, x + columns * step, y + rows * 40);
      },
    };
  }

  it('PLACE-4 what others move, resize, add and delete comes at once', async () => {
    ben.edit((dashboard) => [...setBox(dashboard, stage.widget('Sales').id, { h: 6 }), ...moveWidget(dashboard, stage.widget('Largest orders').id, { x: 3, y: 20 })]);
    await stage.placed('Sales', { h: 6 });
    await stage.placed('Largest orders', { x: 3, y: 20 });
    ben.edit((dashboard) => addWidget(dashboard, { ...newWidget('note', dashboard, stage.tab('Overview'), null), title: 'New' }));
    await stage.section('New');
    ben.edit((dashboard) => removeWidgets(dashboard, [stage.widget('Orders').id]));
    await until('it is gone', () => !stage.names().includes('Orders'));
  });

  it('PLACE-5 two that others dropped on one place are drawn without overlapping', async () => {
    ben.edit((dashboard) => setBox(dashboard, stage.widget('Orders').id, { x: 0, y: 0 }));
    await until('one lies below', () => {
      const [a, b] = [stage.drawn('Orders'), stage.drawn('Revenue online')];
      return a !== null && b !== null && a.x === 0 && Math.abs(a.y - b.y) === 3;
    });
  });

  it('PLACE-6 a drop is one edit, with everything that made room', async () => {
    const { ops } = stage.harness.server.dashboard(stage.harness.id);
    const before = ops.length;
    const { drop } = await carry('Revenue online', 3, 0);
    await until('it is held', () => stage.page.see('.ui-draggable-dragging') !== undefined);
    expect(ops.length).toBe(before);
    drop();
    await stage.server('the move', () => stage.widget('Revenue online').box.x === 3);
    await stage.harness.settle();
    expect(ops.length).toBe(before + 1);
    expect(ops.at(-1)?.op.map(({ p }) => p[1])).toContain(stage.widget('Orders').id);
    for (const title of ['Revenue online', 'Orders', 'Sales']) await stage.placed(title, stage.widget(title).box);
  });

  it('PLACE-7 while one holds a widget nothing moves under the pointer, and all that came in is there when it is let go', async () => {
    const { drop, section } = await carry('Open tickets', 0, 18);
    await until('it is held', () => section.classList.contains('ui-draggable-dragging'));
    const notes = (dashboard: Dashboard) => addWidget(dashboard, { ...newWidget('note', dashboard, stage.tab('Overview'), null), title: 'New' }, 'added');
    ben.edit((dashboard) => [...moveWidget(dashboard, stage.widget('Sales').id, { x: 4, y: 30 }), ...removeWidgets(dashboard, [stage.widget('Conversion').id]), ...notes(dashboard)]);
    ben.edit((dashboard) => editText(dashboard, ['widgets', stage.widget('Orders').id, 'title'], 'All Orders'));
    await stage.section('All Orders');
    expect(stage.names()).toContain('Conversion');
    expect(stage.names()).not.toContain('New');
    expect(stage.drawn('Sales')).toEqual({ x: 0, y: 3, w: 8, h: 7 });
    drop();
    await stage.placed('Sales', { x: 4, y: 30 });
    await until('the others', () => stage.names().includes('New') && !stage.names().includes('Conversion'));
    await stage.server('the drop', () => stage.widget('Open tickets').box.y > 3);
  });

  it('PLACE-8 what was held and is deleted by others meanwhile is gone when it is let go, without an edit', async () => {
    const { ops } = stage.harness.server.dashboard(stage.harness.id);
    const { drop, section } = await carry('Open tickets', 0, 18);
    await until('it is held', () => section.classList.contains('ui-draggable-dragging'));
    ben.edit((dashboard) => removeWidgets(dashboard, [stage.widget('Open tickets').id]));
    await stage.harness.settle();
    const before = ops.length;
    drop();
    await until('it is gone', () => !stage.names().includes('Open tickets'));
    await stage.harness.settle();
    expect(ops.slice(before).flatMap(({ op }) => op).filter(({ p }) => p.length < 4)).toEqual([]);
    expect(Object.values(stage.dashboard.widgets).some(({ title }) => title === 'Open tickets')).toBeFalse();
  });

  /** What the server tells others that Ana drags. */
  function carried(): string | null {
    const held = [...stage.harness.server.room(presenceChannel(stage.harness.id)).values()].find(({ value }) => value.user.name === 'Ana');
    return held?.value.dragging?.widget ?? null;
  }

  it('PLACE-9 others see what one carries, and one sees what they carry glide', async () => {
    const { drop } = await carry('Open tickets', -2, 3);
    await until('Ben is told', () => carried() === stage.widget('Open tickets').id);
    drop();
    await until('and that it was let go', () => carried() === null);
    ben.shows({ dragging: { widget: stage.widget('Orders').id, x: 5.5, y: 2, w: 3, h: 3 } });
    const orders = await stage.section('Orders');
    await until('it glides', () => orders.classList.contains('gliding') && orders.style.translate !== '');
    await until('it says who moves it', () => orders.textContent.includes('Ben is moving this'));
    ben.shows({ dragging: null });
    await until('it lies again', () => !orders.classList.contains('gliding'));
  });

  it('PLACE-10 keeps the focus on a widget when others change the order', async () => {
    const orders = await stage.focus('Orders');
    ben.edit((dashboard) => moveWidget(dashboard, stage.widget('Orders').id, { x: 3, y: 40 }));
    await stage.placed('Orders', { y: 40 });
    expect(document.activeElement).toBe(orders);
    orders.blur();
    ben.edit((dashboard) => moveWidget(dashboard, stage.widget('Sales').id, { x: 0, y: 60 }));
    await until('the order of the page is the one of reading again', () => stage.names().slice(-2).join() === 'Orders,Sales');
  });

  it('PLACE-11 a refused drop is back where it was', async () => {
    stage.harness.refuseNext('OP_RESULT_INVALID');
    const { drop } = await carry('Open tickets', 0, 18);
    drop();
    await stage.toast('is back as it was.');
    await stage.placed('Open tickets', { x: 9, y: 0 });
    expect(stage.widget('Open tickets').box).toEqual({ x: 9, y: 0, w: 3, h: 3 });
  });
});
