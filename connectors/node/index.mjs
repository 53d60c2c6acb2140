import connectors from './index.js';

export const { Caller, Guard, Refusal } = connectors;
