import { health, kit } from '../../kit.js';

export const { DELETE, GET, HEAD, PATCH, POST, PUT } = kit.methods({ GET: health });
