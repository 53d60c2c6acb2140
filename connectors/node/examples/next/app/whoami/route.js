import { guard } from '../../guard.js';

const greet = (_request, { caller }) => new Response(`Hello ${caller?.sub ?? 'whoever you are'}\n`);

export const GET = guard.withAuth(greet, {}, { optional: true });
