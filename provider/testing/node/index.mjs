import testing from './index.js';

export const { provider, Provider, Browser, CredenzaTestingError } = testing;
