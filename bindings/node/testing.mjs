import testing from './testing.js';

export const { TestIssuer } = testing;
