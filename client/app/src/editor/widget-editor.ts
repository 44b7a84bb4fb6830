import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, untracked } from '@angular/core';
import { Icon, SharedText } from '@coboard/angular';
import { CircleCheck, Table2, X } from 'lucide';
import { specOf, type SettingField } from '@coboard/core';
import { BoardSession } from '../board/board-session';
import { kindIcon } from '../widgets/kind-icons';
import { BlameLine } from './blame-line';
import { ChecklistEditor } from './checklist-editor';
import { FieldBlame } from './field-blame';
import { SettingControl } from './setting-control';
import { WhoChanged } from './who-changed';

interface Section {
  readonly name: string;
  readonly fields: readonly SettingField[];
}

/** The settings of one widget. Every change is live for everyone; there is nothing to apply. */
@Component({
  selector: 'app-widget-editor',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [BlameLine, ChecklistEditor, Icon, SettingControl, SharedText, WhoChanged],
  providers: [FieldBlame],
  templateUrl: './widget-editor.html',
  styleUrl: './widget-editor.css',
})
export class WidgetEditor {
  readonly id = input.required<string>();
  readonly closed = output();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { close: X, saved: CircleCheck, data: Table2 };
  protected readonly kindIcon = kindIcon;

  protected readonly widget = computed(() => this.board.dashboard()?.widgets[this.id()]);
  protected readonly titlePath = computed(() => ['widgets', this.id(), 'title']);
  protected readonly spec = computed(() => {
    const widget = this.widget();
    return widget ? specOf(widget.kind) : undefined;
  });
  protected readonly sections = computed<readonly Section[]>(() => {
    const fields = this.spec()?.fields ?? [];
    return (['Text', 'Data', 'Look'] as const)
      .map((name) => ({ name, fields: fields.filter(({ section, control }) => section === name && !(control === 'longtext' && this.widget()?.kind === 'checklist')) }))
      .filter(({ fields: some }) => some.length > 0);
  });
  protected readonly datasetId = computed(() => {
    const settings = this.widget()?.settings;
    return settings && 'dataset' in settings ? settings.dataset : null;
  });
  /** Others who are in this widget's fields. */
  protected readonly others = computed(() => this.board.editorsOf(this.id()).filter(({ self }) => !self).map(({ user }) => user.name));

  constructor() {
    const blame = inject(FieldBlame);
    effect(() => {
      const id = this.id();
      untracked(() => { blame.open(id); });
    });
  }
}
