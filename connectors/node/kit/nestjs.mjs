import kit from './nestjs.js';

export const { Kit } = kit;
