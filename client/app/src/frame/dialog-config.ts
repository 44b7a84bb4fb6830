import { DialogConfig, type DialogRef } from '@angular/cdk/dialog';

/** The settings of a dialog of ours: over a scrim, named by its heading. */
export function dialogConfig<D = unknown, R = unknown>(options: Partial<DialogConfig<D, DialogRef<R>>>): DialogConfig<D, DialogRef<R>> {
  return Object.assign(new DialogConfig<D, DialogRef<R>>(), { backdropClass: 'scrim' }, options);
}
