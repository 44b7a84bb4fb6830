import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, computed, inject, input, viewChild } from '@angular/core';
import { Icon } from '@coboard/angular';
import { Bookmark, Pause, Play, SkipBack, SkipForward } from 'lucide';
import { BoardSession } from '../board/board-session';
import { speeds, type HistoryDesk } from './history-desk';
import { lifeBars, placeOf, versionAt } from './life-bars';
import { clockWords, dayWords, momentWords } from './moment-words';

const barCount = 120;

/** The whole life of the dashboard under the board: dragged over, stepped through and played. */
@Component({
  selector: 'app-life-scrubber',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  templateUrl: './life-scrubber.html',
  styleUrl: './life-scrubber.css',
})
export class LifeScrubber {
  readonly desk = input.required<HistoryDesk>();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { play: Play, pause: Pause, back: SkipBack, forth: SkipForward, named: Bookmark };
  private readonly track = viewChild.required<ElementRef<HTMLElement>>('track');
  protected readonly bars = computed(() => lifeBars(this.desk().life(), barCount));
  protected readonly version = computed(() => this.board.travel.shown()?.version ?? this.desk().end());
  protected readonly place = computed(() => (this.board.travel.isPast() ? placeOf(this.desk().life(), this.version()) : 1));
  protected readonly marks = computed(() => this.desk().named().map(({ v, name }) => ({ v, name, x: placeOf(this.desk().life(), v) })));
  protected readonly words = computed(() => {
    const at = this.board.travel.shown()?.at;
    return at == null ? 'Now' : momentWords(at, Date.now());
  });
  /** A few days or hours under the bars. */
  protected readonly ticks = computed(() => {
    const life = this.desk().life();
    const [first, last] = [life[0], life.at(-1)];
    if (!first || !last || last.until - first.at < 60_000) return [];
    const isLong = last.until - first.at > 36 * 3_600_000;
    const ticks = [0, 0.25, 0.5, 0.75].map((x) => {
      const at = first.at + x * (last.until - first.at);
      return { x, words: isLong ? dayWords(at, Date.now()) : clockWords(at) };
    });
    return ticks.filter(({ words }, i) => i === 0 || words !== ticks[i - 1]?.words);
  });

  protected colorOf(by: string | null): string {
    return by === null ? 'var(--text-3)' : `var(--${this.desk().colorOf(by)})`;
  }

  protected nextSpeed(): void {
    const { speed } = this.desk();
    speed.set(speeds[(speeds.indexOf(speed()) + 1) % speeds.length] ?? 1);
  }

  protected dragged(event: PointerEvent): void {
    if (event.type === 'pointerdown') this.track().nativeElement.setPointerCapture(event.pointerId);
    else if (!this.track().nativeElement.hasPointerCapture(event.pointerId)) return;
    const { left, width } = this.track().nativeElement.getBoundingClientRect();
    const x = Math.max(0, Math.min(1, (event.clientX - left) / width));
    this.desk().pause();
    if (x === 1) this.desk().now();
    else this.desk().go(versionAt(this.desk().life(), x));
  }

  protected key(event: KeyboardEvent): void {
    const desk = this.desk();
    const hour = 3_600_000;
    const byTime = (ms: number): void => {
      const life = desk.life();
      const [first, last] = [life[0], life.at(-1)];
      if (first && last) desk.go(versionAt(life, Math.max(0, Math.min(1, this.place() + ms / Math.max(1, last.until - first.at)))));
    };
    switch (event.key) {
      case 'ArrowLeft': if (event.shiftKey) byTime(-hour); else desk.step(-1); break;
      case 'ArrowRight': if (event.shiftKey) byTime(hour); else desk.step(1); break;
      case 'Home': desk.go(1); break;
      case 'End': desk.now(); break;
      case ' ': desk.play(); break;
      default: return;
    }
    event.preventDefault();
  }
}
