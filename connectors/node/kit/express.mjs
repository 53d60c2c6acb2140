import kit from './express.js';

export const { Kit } = kit;
