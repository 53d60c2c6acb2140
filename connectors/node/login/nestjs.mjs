import nestjs from './nestjs.js';

export const {
  Login,
  LoginError,
  LoginException,
  LoginGuard,
  LoginModule,
  MemoryStore,
  OptionalLogin,
  RedisStore,
  Refused,
  RequiresLogin,
  Session,
  SessionEnded,
  SignedIn,
  TokenExpired,
  Unavailable,
  WithoutLogin,
} = nestjs;
