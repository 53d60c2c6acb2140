import { login } from '../../login.js';

export const GET = login.withLogin(async (_request, { signedIn }) =>
  Response.json({ access_token: await signedIn.accessToken() }),
);
