import { kit } from '../../kit.js';

export const GET = kit.route(() => {
  throw new Error('inside-of-the-handler');
});
