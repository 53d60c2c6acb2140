import { pageFor } from '../../../settings.mjs';
import { login } from '../../login.js';

/** A Route Handler; what is below is a page. */
export const GET = login.withLogin(
  (_request, { signedIn }) =>
    new Response(pageFor(signedIn), { headers: { 'Content-Type': 'text/html; charset=utf-8' } }),
);
