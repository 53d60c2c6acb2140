/** Sign-in for an application of NestJS. */

import type { CanActivate, DynamicModule, ExecutionContext, ModuleMetadata } from '@nestjs/common';
import { HttpException } from '@nestjs/common';
import type { Middleware } from '../lib/node-http.js';
import type { Allows, LoginAnswer, LoginOptions } from './index.js';
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

/** What is one for the whole application: `app.get(Login)`. */
export class Login extends CoreLogin {
  /** The connector's own routes: for `app.use`. */
  routes(): Middleware;
}

/** Lets those call handlers who have signed in; sends others to the sign-in, or answers 401. */
export class LoginGuard implements CanActivate {
  private constructor();
  canActivate(context: ExecutionContext): Promise<boolean>;
}

/** Options of the module itself. */
export interface LoginModuleOptions {
  /** Whether the guard stands in front of every handler; {@link OptionalLogin} and {@link WithoutLogin} make exceptions. */
  readonly everywhere?: boolean | undefined;
}

/** How the options are provided by others. */
export interface LoginAsyncOptions extends LoginModuleOptions, Pick<ModuleMetadata, 'imports'> {
  /** What `useFactory` is called with. */
  readonly inject?: readonly unknown[];
  // As in Nest: its parameters are those of `inject`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly useFactory: (...injected: any[]) => LoginOptions | Promise<LoginOptions>;
}

/** Provides {@link Login} and {@link LoginGuard} to the whole application. */
export class LoginModule {
  static forRoot(options: LoginOptions & LoginModuleOptions): DynamicModule;
  static forRootAsync(options: LoginAsyncOptions): DynamicModule;
}

/** Says which of those who have signed in may call a handler, or every handler of a class. */
export function RequiresLogin(allows?: Allows): ClassDecorator & MethodDecorator;

/** Lets everybody call a handler, and finds out who has signed in. */
export function OptionalLogin(): ClassDecorator & MethodDecorator;

/** Lets everybody call a handler, without reading any session. */
export function WithoutLogin(): ClassDecorator & MethodDecorator;

/** Who has signed in, in the parameters of a handler, or one member of it; `null` for nobody. */
export function SignedIn(member?: keyof Session): ParameterDecorator;

/** A request that the guard has answered by itself: a filter that catches it may answer otherwise. */
export class LoginException extends HttpException {
  private constructor();
  readonly answer: LoginAnswer;
}
