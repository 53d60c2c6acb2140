import { calls } from '../../../../../parts.mjs';
import { answering, kit } from '../../../../kit.js';

const { users } = calls;

export const GET = answering(async (_request, { params }) => users.get((await params).id));

export const DELETE = kit.route(async (_request, { params }) => {
  await users.delete((await params).id);
  return new Response(null, { status: 204 });
});
