import { limits, receive } from '../../../../parts.mjs';
import { kit } from '../../../kit.js';

export const POST = kit.route(
  async (request) => new Response(null, { status: await receive(await kit.bytes(request), request.headers) }),
  { bodyLimit: limits.hooks },
);
