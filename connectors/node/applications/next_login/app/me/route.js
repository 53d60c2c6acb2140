import { login } from '../../login.js';

export const GET = login.withLogin((_request, { signedIn }) => Response.json(signedIn));
