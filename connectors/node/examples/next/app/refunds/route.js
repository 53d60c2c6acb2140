import { guard } from '../../guard.js';

export const POST = guard.withAuth((_request, { caller }) => new Response(`Hello ${caller.sub}\n`), {
  scopes: ['orders:write'],
  maxAge: 600,
});
