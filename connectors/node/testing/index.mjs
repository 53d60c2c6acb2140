import testing from './index.js';

export const { TestIssuer } = testing;
