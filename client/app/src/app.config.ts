import type { ApplicationConfig } from '@angular/core';
import { TitleStrategy, provideRouter, withComponentInputBinding } from '@angular/router';
import { provideCoboard, withLeaveWarning } from '@coboard/angular';
import { routes } from './app.routes';
import { PageTitle } from './frame/page-title';

export const appConfig: ApplicationConfig = {
  providers: [
    provideRouter(routes, withComponentInputBinding()),
    { provide: TitleStrategy, useExisting: PageTitle },
    provideCoboard({}, withLeaveWarning()),
  ],
};
