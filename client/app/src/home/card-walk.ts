import { Directive, ElementRef, inject } from '@angular/core';

interface Place {
  readonly x: number;
  readonly y: number;
}

const center = (element: Element): Place => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
};

/** The nearest of some places above or below one, preferring those straight in line; -1 if there is none. */
export function nearest(places: readonly Place[], from: Place, direction: 'up' | 'down'): number {
  let best = -1;
  let bestDistance = Infinity;
  places.forEach((place, i) => {
    const ahead = direction === 'down' ? place.y - from.y : from.y - place.y;
    // what lies beside is not above or below
    if (ahead < 12) return;
    const distance = ahead * 3 + Math.abs(place.x - from.x);
    if (distance >= bestDistance) return;
    best = i;
    bestDistance = distance;
  });
  return best;
}

/** Lets arrows, Home and End walk over everything inside that is marked `data-card`. */
@Directive({ selector: '[appCardWalk]', host: { '(keydown)': 'walk($event)' } })
export class CardWalk {
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  /** Gives the focus to the first card; whether there is one. */
  focusFirst(): boolean {
    const [first] = this.cards();
    first?.focus();
    return first !== undefined;
  }

  /** Gives the focus to the dashboard that took the place of one that went; without any, to the first card of another kind. */
  focusAt(index: number): void {
    const dashboards = this.dashboards();
    const next = dashboards[Math.min(index, dashboards.length - 1)] ?? this.cards()[0];
    next?.focus();
  }

  /** Which of the dashboards it is. */
  indexOf(id: string): number {
    return this.dashboards().findIndex((card) => card.dataset['id'] === id);
  }

  protected walk(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !(event.target instanceof HTMLElement) || !('card' in event.target.dataset)) return;
    const cards = this.cards();
    const at = cards.indexOf(event.target);
    const to = this.target(event.key, cards, at);
    if (to === null) return;
    event.preventDefault();
    cards[to]?.focus();
    cards[to]?.scrollIntoView({ block: 'nearest' });
  }

  private target(key: string, cards: readonly HTMLElement[], at: number): number | null {
    switch (key) {
      case 'ArrowRight':
        return at + 1;
      case 'ArrowLeft':
        return at - 1;
      case 'Home':
        return 0;
      case 'End':
        return cards.length - 1;
      case 'ArrowDown':
      case 'ArrowUp': {
        const from = cards[at];
        return from ? nearest(cards.map(center), center(from), key === 'ArrowDown' ? 'down' : 'up') : null;
      }
      default:
        return null;
    }
  }

  private dashboards(): HTMLElement[] {
    return this.cards().filter((card) => 'id' in card.dataset);
  }

  private cards(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('[data-card]')];
  }
}
