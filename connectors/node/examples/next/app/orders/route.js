import { guard } from '../../guard.js';

export const GET = guard.withAuth((_request, { caller }) => new Response(`Hello ${caller.sub}\n`), {
  scopes: ['orders:read'],
});
