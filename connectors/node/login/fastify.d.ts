/** Sign-in for an application of Fastify. */

import type { FastifyPluginAsync, onRequestAsyncHookHandler } from 'fastify';
import type { Allows, LoginOptions } from './index.js';
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

declare module 'fastify' {
  interface FastifyRequest {
    /** Who has signed in, on routes whose `config` has `login`; `null` for nobody. */
    signedIn: Session | null;
  }

  interface FastifyContextConfig {
    /** Whether a route is for those who have signed in, or for those of them whom a function allows. */
    login?: boolean | 'optional' | Allows | undefined;
  }

  interface FastifyInstance {
    /** Sign-in, for hooks of one's own. */
    login: Login;
  }
}

export class Login extends CoreLogin {
  /** A hook `onRequest` that lets those through who have signed in; sends others to the sign-in, or answers 401. */
  requires(allows?: Allows): onRequestAsyncHookHandler;
  /** The same, which lets everybody through. */
  optional(): onRequestAsyncHookHandler;
}

/** The plugin: it has the connector's own routes, and guards routes by `login` of their `config`. */
export const credenzaLogin: FastifyPluginAsync<LoginOptions>;
