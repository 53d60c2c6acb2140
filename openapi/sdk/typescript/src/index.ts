export * from './admin.js';
export * from './apis/index.js';
export * from './models/index.js';
export * from './pages.js';
export { ProblemError, isKind } from './problem.js';
export type { RetryOptions } from './retry.js';
export { ServiceAccount, TokenError, type ServiceAccountOptions, type TokenSource } from './token.js';
export { Configuration, type ConfigurationParameters } from './runtime.js';
export { version } from './facts.js';
