import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { Avatar, Icon } from '@coboard/angular';
import { canKeepBoth, settingField, standing, valueAt, valueWords, type Choice, type Conflict, type Json, type Widget } from '@coboard/core';
import { PencilLine, Trash2 } from 'lucide';
import { BoardSession } from '../board/board-session';
import { shortMomentWords } from '../history/moment-words';
import { exactTime } from '../home/time-words';
import { UserSession } from '../session/user-session';
import { kindIcon } from '../widgets/kind-icons';
import { WidgetBody } from '../widgets/widget-body';

interface Side {
  readonly choice: 'mine' | 'theirs';
  readonly who: string;
  readonly person: { readonly name: string; readonly color: string };
  readonly at: number;
  readonly words: string;
  /** A series color, drawn as a patch. */
  readonly color: string | null;
  /** The widget as this value makes it look. */
  readonly preview: Widget | null;
  readonly stands: boolean;
  /** What choosing it is called. */
  readonly verb: string;
}

/** Beyond this it is a text, and no longer drawn large. */
const largeCharsMax = 12;
const drawnKinds: ReadonlySet<string> = new Set(['kpi', 'timeseries', 'bar', 'pie', 'table']);

/** One thing to decide: two values side by side as they look, or something deleted that somebody edited. */
@Component({
  selector: 'app-conflict-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, Icon, WidgetBody],
  templateUrl: './conflict-card.html',
  styleUrl: './conflict-card.css',
})
export class ConflictCard {
  readonly conflict = input.required<Conflict>();
  readonly chosen = output<Choice>();
  private readonly board = inject(BoardSession);
  private readonly session = inject(UserSession);
  protected readonly exactTime = exactTime;
  protected readonly trash = Trash2;
  protected readonly large = largeCharsMax;
  protected readonly datasets = computed(() => this.board.dashboard()?.datasets ?? {});
  protected readonly canEdit = this.board.canEdit;
  protected readonly both = computed(() => canKeepBoth(this.conflict()));
  protected readonly theirName = computed(() => this.conflict().by?.name ?? 'Somebody');
  protected readonly theirsAt = computed(() => shortMomentWords(this.conflict().theirsAt, Date.now()));
  protected readonly mineAt = computed(() => shortMomentWords(this.conflict().mineAt, Date.now()));
  protected readonly standing = computed(() => {
    const dashboard = this.board.dashboard();
    return dashboard === null ? 'else' : standing(this.conflict(), dashboard);
  });
  protected readonly icon = computed(() => {
    const widget = this.widget();
    return widget === null ? PencilLine : kindIcon(widget.kind);
  });
  protected readonly was = computed(() => this.words(this.conflict().parts[0]?.was, 'was'));
  protected readonly now = computed(() => {
    const [part] = this.conflict().parts;
    const dashboard = this.board.dashboard();
    return part && dashboard && this.standing() === 'else' ? this.words(valueAt(dashboard, part.path) as Json | undefined, 'now') : null;
  });
  protected readonly sides = computed<readonly Side[]>(() => {
    const { by, mineAt, theirsAt } = this.conflict();
    const me = this.session.user();
    const stands = this.standing();
    const isMe = by !== null && by.id === me?.id;
    const name = by?.name ?? 'Somebody';
    const other = { name, color: by === null ? 'p1' : this.board.colorOf(by.id) };
    return [
      this.side('mine', isMe ? 'You, here' : 'You', { name: me?.name ?? 'You', color: me?.color ?? 'p1' }, mineAt, stands === 'mine', `${stands === 'mine' ? 'Keep' : 'Use'} mine`),
      this.side('theirs', isMe ? 'You, elsewhere' : name, other, theirsAt, stands === 'theirs', `${stands === 'theirs' ? 'Keep' : 'Use'} ${isMe ? 'the other' : `${name}’s`}`),
    ];
  });
  /** What was deleted, if it can be drawn. */
  protected readonly deleted = computed<Widget | null>(() => {
    const { kind, path, thing } = this.conflict();
    return kind !== 'value' && path[0] === 'widgets' && path.length === 2 && thing !== undefined ? (thing as unknown as Widget) : null;
  });
  protected readonly edits = computed(() => this.conflict().edits.join(', ') || 'edited it');

  private widget(): Widget | null {
    const { path } = this.conflict();
    return path[0] === 'widgets' ? (this.board.dashboard()?.widgets[path[1] ?? ''] ?? null) : null;
  }

  private side(choice: Side['choice'], who: string, person: Side['person'], at: number, stands: boolean, verb: string): Side {
    const { parts } = this.conflict();
    const [part] = parts;
    const value = part?.[choice];
    const dashboard = this.board.dashboard();
    const isColor = dashboard !== null && part !== undefined && settingField(dashboard, part.path)?.control === 'color';
    return { choice, who, person, at, stands, verb, words: this.words(value, choice), color: isColor && typeof value === 'string' ? value : null, preview: this.preview(choice) };
  }

  private words(value: Json | undefined, of: Side['choice'] | 'was' | 'now'): string {
    const { path, parts } = this.conflict();
    const dashboard = this.board.dashboard();
    if (dashboard === null) return '';
    if (path[2] === 'box') return boxWords(parts.map((part) => [part.path[3] ?? '', of === 'now' ? valueAt(dashboard, part.path) : part[of]] as const));
    return valueWords(dashboard, parts[0]?.path ?? path, value);
  }

  private preview(choice: Side['choice']): Widget | null {
    const { parts } = this.conflict();
    const [part] = parts;
    const widget = this.widget();
    if (widget === null || part?.path[2] !== 'settings' || part.path.length !== 4 || !drawnKinds.has(widget.kind)) return null;
    return { ...widget, settings: { ...widget.settings, [part.path[3] ?? '']: part[choice] ?? null } } as unknown as Widget;
  }
}

/** A place on the board: "column 5, row 20", as far as it was changed. */
function boxWords(sides: readonly (readonly [side: string, value: unknown])[]): string {
  const names: Readonly<Record<string, (value: number) => string>> = {
    x: (value) => `column ${String(value + 1)}`, y: (value) => `row ${String(value + 1)}`, w: (value) => `${String(value)} wide`, h: (value) => `${String(value)} high`,
  };
  const words = ['x', 'y', 'w', 'h'].flatMap((side) => sides.filter(([one]) => one === side).map(([, value]) => names[side]?.(Number(value)) ?? '')).join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
