/** Sign-in for an application of Express. */

import type { RequestHandler } from 'express';
import type { Allows } from './index.js';
import { Login as CoreLogin } from './index.js';
import type { Session } from './session.js';

export {
  LoginError,
  MemoryStore,
  RedisStore,
  Refused,
  Session,
  SessionEnded,
  TokenExpired,
  Unavailable,
} from './index.js';
export type { Allows, Claims, LoginLogger, LoginOptions, LoginProblem, LoginRecord, Store } from './index.js';

declare global {
  namespace Express {
    interface Request {
      /** Who has signed in: set by `requires` and `optional`; `null` for nobody. */
      signedIn?: Session | null;
    }
  }
}

export class Login extends CoreLogin {
  /** The connector's own routes: for `app.use`, before what guards routes. */
  routes(): RequestHandler;
  /** Lets those through who have signed in; sends others to the sign-in, or answers 401. */
  requires(allows?: Allows): RequestHandler;
  /** Lets everybody through, and finds out who has signed in. */
  optional(): RequestHandler;
}
