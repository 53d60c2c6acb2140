import next from './index.js';

export const { Caller, Guard, Refusal } = next;
