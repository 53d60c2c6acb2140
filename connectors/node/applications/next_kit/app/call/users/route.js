import { calls } from '../../../../parts.mjs';
import { answering, kit } from '../../../kit.js';

const { users } = calls;

export const GET = answering(async (_request, { exchange }) => ({
  items: await users.find(Object.fromEntries(exchange.query)),
}));

export const POST = kit.route(async (request) =>
  Response.json(await users.create(await kit.json(request)), { status: 201 }),
);
