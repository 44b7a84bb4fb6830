import { TestBed } from '@angular/core/testing';
import { SheetGrabber, type SheetSize } from './sheet-grabber';

describe('a sheet from below', () => {
  it('BOARD-60 is made larger and smaller by a tap, a swipe and the arrow keys; a swipe down from the smallest closes it', () => {
    const sheet = document.createElement('div');
    const fixture = TestBed.createComponent(SheetGrabber);
    fixture.componentRef.setInput('name', 'The changes');
    fixture.componentRef.setInput('sheet', sheet);
    fixture.componentRef.setInput('size', 'half' satisfies SheetSize);
    let closed = 0;
    fixture.componentInstance.closed.subscribe(() => { closed += 1; });
    fixture.detectChanges();
    const button = (fixture.nativeElement as HTMLElement).querySelector('button') ?? document.createElement('button');
    // no finger is down
    button.setPointerCapture = () => undefined;
    const size = (): SheetSize => fixture.componentInstance.size();
    const swipe = (to: number): void => {
      button.dispatchEvent(new PointerEvent('pointerdown', { clientY: 500 }));
      for (const clientY of [500 + (to - 500) / 2, to]) button.dispatchEvent(new PointerEvent('pointermove', { clientY }));
      button.dispatchEvent(new PointerEvent('pointerup', { clientY: to }));
      button.click();
    };
    swipe(300);
    expect([size(), sheet.style.height]).toEqual(['full', '']);
    swipe(300);
    expect(size()).toBe('full');
    swipe(700);
    expect(size()).toBe('half');
    // a hand that is not quite still taps
    swipe(504);
    expect(size()).toBe('full');
    button.click();
    expect(size()).toBe('least');
    swipe(480);
    expect(size()).toBe('least');
    button.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    expect([size(), closed]).toEqual(['half', 0]);
    button.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
    expect([size(), closed]).toEqual(['least', 0]);
    swipe(620);
    expect(closed).toBe(1);
  });
});
