import { limits } from '../../../parts.mjs';
import { answering, kit } from '../../kit.js';

export const POST = answering(async (request) => ({ bytes: (await kit.bytes(request)).length }), {
  bodyLimit: limits.upload,
});
