import type { Routes } from '@angular/router';
import { admins } from './session/admin-guard';
import { signedIn } from './session/signed-in-guard';

/** The board and its charts are loaded when one is opened first; the way to it stays light. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', title: 'Home', canActivate: [signedIn], loadComponent: async () => (await import('./home/home')).Home },
  { path: 'sign-in', title: 'Sign in', loadComponent: async () => (await import('./signin/sign-in')).SignIn },
  { path: 'd/:id', canActivate: [signedIn], loadComponent: async () => (await import('./board/board-page')).BoardPage },
  {
    path: 'admin', canActivate: [signedIn, admins], loadComponent: async () => (await import('./admin/admin-page')).AdminPage,
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'log' },
      { path: 'log', title: 'Audit log', loadComponent: async () => (await import('./admin/audit-log')).AuditLog },
      { path: 'people', title: 'People connected', loadComponent: async () => (await import('./admin/people-connected')).PeopleConnected },
      { path: 'verify', title: 'Verify', loadComponent: async () => (await import('./admin/verify-history')).VerifyHistory },
    ],
  },
  { path: '**', redirectTo: '' },
];
