import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { checkItem, inOrder, type WidgetOf } from '@coboard/core';
import { BoardSession } from '../board/board-session';
import { UserSession } from '../session/user-session';

/** Tasks to check off; whoever may edit may do so in view mode too. */
@Component({
  selector: 'app-checklist-view',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (tasks().length === 0) {
      <p class="t3">No tasks yet.{{ editable() ? ' Add them in the editor.' : '' }}</p>
    } @else {
      <div class="top">
        <div class="meter" aria-hidden="true"><i [style.width.%]="(done() / tasks().length) * 100"></i></div>
        <span class="t3 small num">{{ done() }} of {{ tasks().length }}</span>
      </div>
      <ul>
        @for (task of tasks(); track task.id) {
          <li [class.done]="task.done">
            <label>
              <input type="checkbox" class="check" [checked]="task.done" [disabled]="board?.canEdit() !== true" (change)="check(task.id, $any($event.target).checked)" />
              <span class="cut" [title]="task.text">{{ task.text || 'Untitled task' }}</span>
            </label>
            @if (task.done && task.doneBy) { <span class="by" [title]="'Done by ' + task.doneBy">{{ task.doneBy }}</span> }
          </li>
        }
      </ul>
    }
  `,
  styles: `
    :host { display: flex; flex-direction: column; height: 100%; min-height: 0; }
    .top { display: flex; align-items: center; gap: 10px; flex: none; padding-bottom: 5px; }
    .meter { height: 4px; border-radius: 2px; background: var(--sunken); overflow: hidden; flex: 1; }
    .meter i { display: block; height: 100%; border-radius: 2px; background: var(--accent-fill); transition: width var(--t-slow) var(--ease); }
    ul { overflow: auto; scrollbar-width: thin; min-height: 0; }
    li { display: flex; align-items: center; gap: 9px; min-height: 29px; }
    label { display: flex; align-items: center; gap: 9px; flex: 1; min-width: 0; min-height: 29px; }
    .done span.cut { color: var(--text-3); text-decoration: line-through; text-decoration-color: var(--line-field); }
    .by { color: var(--text-3); font-size: var(--fs-s); white-space: nowrap; max-width: 40%; overflow: hidden; text-overflow: ellipsis; }
    .check:disabled { opacity: .8; }
    @media (pointer: coarse) { li, label { min-height: 44px; } }
  `,
})
export class ChecklistView {
  readonly id = input.required<string>();
  readonly settings = input.required<WidgetOf<'checklist'>['settings']>();
  readonly editable = input(false);
  /** Null in the gallery, where nothing is checked off. */
  protected readonly board = inject(BoardSession, { optional: true });
  private readonly session = inject(UserSession);
  protected readonly tasks = computed(() => inOrder(this.settings().items).map(([id, item]) => ({ id, ...item })));
  protected readonly done = computed(() => this.tasks().filter(({ done }) => done).length);

  protected check(task: string, done: boolean): void {
    this.board?.edit((dashboard) => checkItem(dashboard, this.id(), task, done, this.session.name()));
  }
}
