import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { EyeCounts } from './eye/eye-counts';
import { ColorScheme } from './frame/color-scheme';
import { KeptApp } from './frame/kept-app';
import { KeepingNotice } from './session/keeping-notice';
import { StrayRefusals } from './session/stray-refusals';
import { WishRefusals } from './session/wish-refusals';
import { ToastHost } from './toasts/toast-host';

@Component({
  selector: 'app-root',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterOutlet, ToastHost],
  template: '<router-outlet /><app-toast-host />',
})
export class App {
  constructor() {
    inject(ColorScheme);
    inject(KeptApp).start();
    inject(StrayRefusals).start();
    inject(WishRefusals).start();
    inject(KeepingNotice).start();
    inject(EyeCounts).start();
  }
}
