import kit from './hono.js';

export const { Kit } = kit;
