import nestjs from './index.js';

export const { Caller, CredenzaGuard, CredenzaModule, Guard, Needs, Public, RefusalException, webSocketAdapter } =
  nestjs;
