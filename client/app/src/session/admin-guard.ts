import { inject } from '@angular/core';
import { Router, type CanActivateFn } from '@angular/router';
import { AdminAccess } from './admin-access';
import { UserSession } from './user-session';

/** Lets only admins pass; for others there is nothing there. */
export const admins: CanActivateFn = async () => {
  const [session, access, home] = [inject(UserSession), inject(AdminAccess), inject(Router).createUrlTree(['/'])];
  try {
    // guards are asked at the same time
    if (session.user() === null && (await session.start()) === null) return true;
    return (await access.ask()) ? true : home;
  } catch {
    return home;
  }
};
