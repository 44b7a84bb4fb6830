import { inject, type ApplicationConfig } from '@angular/core';
import { TitleStrategy, provideRouter, withComponentInputBinding } from '@angular/router';
import { PAGE_RELOAD, provideCoboard, withLeaveWarning } from '@coboard/angular';
import { browserLastUser, browserStore } from '@coboard/core';
import { keptWishes } from '@coboard/core/wishes';
import { routes } from './app.routes';
import { KeptApp } from './frame/kept-app';
import { PageTitle } from './frame/page-title';

export const appConfig: ApplicationConfig = {
  providers: [
    provideRouter(routes, withComponentInputBinding()),
    { provide: PAGE_RELOAD, useFactory: () => { const app = inject(KeptApp); return () => { void app.takeNewest(); }; } },
    { provide: TitleStrategy, useExisting: PageTitle },
    provideCoboard({ store: browserStore, lastUser: browserLastUser, wishes: keptWishes }, withLeaveWarning()),
  ],
};
