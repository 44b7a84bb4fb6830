import { Directive, input, output } from '@angular/core';

/** What every widget's view has: whether it may be edited here, and what it asks the board for. */
@Directive()
export abstract class WidgetView {
  readonly editable = input(false);
  /** 'choose-data' opens the widget's editor, 'open-data' its dataset. */
  readonly act = output<'choose-data' | 'open-data'>();
}
