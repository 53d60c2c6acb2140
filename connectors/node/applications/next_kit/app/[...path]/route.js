import { kit } from '../../kit.js';

/** Whatever no other file is for. */
export const { DELETE, GET, HEAD, PATCH, POST, PUT } = kit.methods({}, kit.notFound());
