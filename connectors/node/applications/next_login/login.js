import { Login } from '@credenza/connectors/login/next';

import { options } from '../settings.mjs';

/** Sign-in of this application. */
export const login = new Login(options);
