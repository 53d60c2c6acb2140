import hono from './index.js';

export const { Caller, Guard, Refusal } = hono;
