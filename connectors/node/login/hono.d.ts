/** Sign-in for an application of Hono. */

import type { MiddlewareHandler } from 'hono';
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

/** The variables of a context behind `requires`. */
export interface SignedIn {
  Variables: {
    /** Who has signed in. */
    signedIn: Session;
  };
}

/** The variables of a context behind `optional`. */
export interface PerhapsSignedIn {
  Variables: {
    /** Who has signed in; `null` for nobody. */
    signedIn: Session | null;
  };
}

export class Login extends CoreLogin {
  /** The connector's own routes: for `app.use`, before what guards routes. */
  routes(): MiddlewareHandler;
  /** Lets those through who have signed in; sends others to the sign-in, or answers 401. */
  requires(allows?: Allows): MiddlewareHandler<SignedIn>;
  /** Lets everybody through, and finds out who has signed in. */
  optional(): MiddlewareHandler<PerhapsSignedIn>;
}
