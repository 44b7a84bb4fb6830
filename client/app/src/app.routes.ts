import type { Routes } from '@angular/router';
import { signedIn } from './session/signed-in-guard';

/** The board and its charts are loaded when one is opened first; the way to it stays light. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', title: 'Home', canActivate: [signedIn], loadComponent: async () => (await import('./home/home')).Home },
  { path: 'sign-in', title: 'Sign in', loadComponent: async () => (await import('./signin/sign-in')).SignIn },
  { path: 'd/:id', canActivate: [signedIn], loadComponent: async () => (await import('./board/board-page')).BoardPage },
  { path: '**', redirectTo: '' },
];
