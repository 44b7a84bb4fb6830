import { DOCUMENT, DestroyRef, Injectable, inject } from '@angular/core';
import { Dialog } from '@angular/cdk/dialog';
import { BoardSession } from './board-session';
import { WidgetCommands } from './widget-commands';

/** What the keys need of the page around them. */
export interface KeyTargets {
  readonly addWidget: () => void;
  readonly share: () => void;
  readonly showHelp: () => void;
  /** The ids of the widgets in reading order. */
  readonly order: () => readonly string[];
  readonly focusWidget: (id: string) => void;
}

const steps: Readonly<Partial<Record<string, readonly [columns: number, rows: number]>>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What one types text in. */
const textFields = 'input:not([type=checkbox]), textarea, [contenteditable]';

/** The keyboard of the board. Single keys do nothing while one types or a dialog is open. */
@Injectable()
export class BoardKeys {
  private readonly board = inject(BoardSession);
  private readonly commands = inject(WidgetCommands);
  private readonly dialog = inject(Dialog);
  private readonly document = inject(DOCUMENT);
  /** The text field that had the focus last, until something else has it or is pressed. */
  private lastField: Element | null = null;

  constructor() {
    const focused = ({ target }: FocusEvent): void => {
      const isField = target instanceof Element && target.matches(textFields) && target.closest('.cdk-overlay-container') === null;
      this.lastField = isField ? target : null;
    };
    const pressed = ({ target }: Event): void => {
      if (target !== this.lastField) this.lastField = null;
    };
    this.document.addEventListener('focusin', focused);
    this.document.addEventListener('pointerdown', pressed);
    inject(DestroyRef).onDestroy(() => {
      this.document.removeEventListener('focusin', focused);
      this.document.removeEventListener('pointerdown', pressed);
    });
  }

  handle(event: KeyboardEvent, targets: KeyTargets): void {
    // whoever closes the field's editor themself types no more
    if (event.key === 'Escape') this.lastField = null;
    if (event.defaultPrevented || this.dialog.openDialogs.length > 0 || !(event.target instanceof Element)) return;
    // from a field of a panel too: what was typed is there already
    if (event.key === 'Escape' && event.target.closest('aside.panel') !== null) {
      if (this.stepBack()) event.preventDefault();
      return;
    }
    if (event.target.closest(`${textFields}, select, .menu, [role=grid]`) !== null) return;
    // somebody else took the field away under the hands of a person who goes on typing: what they type is no command
    if (this.lastField?.isConnected === false && event.key !== 'Escape' && event.key !== 'Tab') return;
    const command = event.ctrlKey || event.metaKey;
    const handled = command ? this.command(event, targets) : this.widgetKey(event, targets) || this.plain(event, targets);
    if (handled) event.preventDefault();
  }

  private command({ key, shiftKey }: KeyboardEvent, targets: KeyTargets): boolean {
    const letter = key.toLowerCase();
    if (!this.board.canEdit()) return false;
    if (letter === 'z') {
      if (shiftKey) this.board.redo();
      else this.board.undo();
      return true;
    }
    if (letter === 'y') {
      this.board.redo();
      return true;
    }
    if (!this.board.editing()) return false;
    if (letter === 'a') {
      const [first, ...rest] = targets.order();
      this.board.select(first ?? null);
      for (const id of rest) this.board.select(id, true);
      return true;
    }
    if (letter === 'd' && this.board.selection().length > 0) {
      this.select(this.commands.duplicate(this.board.selection()));
      return true;
    }
    return false;
  }

  private plain({ key, altKey }: KeyboardEvent, targets: KeyTargets): boolean {
    if (altKey) return false;
    const digit = Number(key);
    if (Number.isInteger(digit) && digit >= 1 && key !== ' ') {
      const tab = this.board.tabs()[digit - 1];
      if (tab !== undefined) this.board.showTab(tab.id);
      return tab !== undefined;
    }
    switch (key) {
      case 'e': case 'E':
        if (this.board.canEdit()) this.board.setEditing(true);
        return true;
      case 'v': case 'V':
        this.board.setEditing(false);
        return true;
      case 'n': case 'N':
        if (this.board.canEdit()) targets.addWidget();
        return true;
      case 'h': case 'H':
        if (this.board.historyOpen()) this.board.closePanel();
        else if (this.board.live.canEdit()) this.board.openHistory();
        return true;
      case '[':
        this.board.travel.desk()?.step(-1);
        return true;
      case ']':
        this.board.travel.desk()?.step(1);
        return true;
      case 's': case 'S':
        targets.share();
        return true;
      case '?':
        targets.showHelp();
        return true;
      case 'Escape':
        return this.stepBack();
      default:
        return false;
    }
  }

  /** The keys of the widget that has the focus. */
  private widgetKey(event: KeyboardEvent, targets: KeyTargets): boolean {
    const { key, target, altKey, shiftKey } = event;
    const id = (target as HTMLElement).dataset['widget'];
    if (id === undefined || !this.board.editing()) return false;
    const ids = this.board.selection().includes(id) ? this.board.selection() : [id];
    const step = steps[key];
    if (step !== undefined) {
      const order = targets.order();
      const next = order[order.indexOf(id) + step[0] + step[1]];
      if (altKey && next !== undefined) targets.focusWidget(next);
      else if (!altKey && shiftKey) this.commands.resize(ids, ...step);
      else if (!altKey) this.commands.move(ids, ...step);
      return true;
    }
    if (altKey) return false;
    if (key === 'Enter') this.board.openEditor(id);
    else if (key === 'Delete' || key === 'Backspace') {
      this.remove(id, ids, targets);
    } else return false;
    return true;
  }

  /** Deletes widgets; the focus goes on to the one behind `id`, or the one before it. */
  remove(id: string, ids: readonly string[], targets: KeyTargets): void {
    const order = targets.order();
    const next = order.slice(order.indexOf(id) + 1).concat(order.slice(0, order.indexOf(id)).reverse()).find((other) => !ids.includes(other));
    this.commands.remove(ids);
    if (next !== undefined) targets.focusWidget(next);
  }

  /** Closes what is open, the innermost first. */
  private stepBack(): boolean {
    if (this.board.openDatasetId() !== null) this.board.closeDataset();
    else if (this.board.travel.isPast()) this.board.travel.now();
    else if (this.board.openWidget() !== null) this.board.closeEditor();
    else if (this.board.historyOpen()) this.board.closePanel();
    else if (this.board.selection().length > 0) this.board.select(null);
    else return false;
    return true;
  }

  private select(ids: readonly string[]): void {
    const [first, ...rest] = ids;
    this.board.select(first ?? null);
    for (const id of rest) this.board.select(id, true);
  }
}
