import kit from './nestjs.js';

export const { BodyLimit, Gates, Kit, KitModule, Reads, Timeout } = kit;
