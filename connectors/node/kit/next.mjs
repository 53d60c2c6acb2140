import kit from './next.js';

export const { Kit } = kit;
