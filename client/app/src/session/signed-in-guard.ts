import { inject } from '@angular/core';
import { Router, type CanActivateFn } from '@angular/router';
import { UserSession } from './user-session';

/** Lets only people who are signed in pass; others sign in first and come back to where they wanted to go. */
export const signedIn: CanActivateFn = async (_route, { url }) => {
  const session = inject(UserSession);
  const router = inject(Router);
  const signIn = router.createUrlTree(['/sign-in'], { queryParams: url === '/' ? {} : { then: url } });
  if (session.user() !== null) return true;
  try {
    return (await session.start()) === null ? signIn : true;
  } catch {
    // the sign-in page says that the server cannot be reached, and asks again
    return signIn;
  }
};
