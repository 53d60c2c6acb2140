import { Guard } from '@credenza/connectors/next';

const guard = new Guard({ issuer: 'https://id.example', audience: 'https://api.example' });

export const GET = guard.withAuth((_request, { caller }) => Response.json(caller.sub), { scopes: ['read'] });
export const POST = guard.withAuth<{ params: Promise<{ id: string }> }>(async (request, { caller, params }) => {
  const { id } = await params;
  return Response.json([id, caller.sub, request.nextUrl.pathname]);
});
export const PUT = guard.withAuth((_request, { caller }) => Response.json(caller?.sub), {}, { optional: true });
export const { HEAD } = guard.metadata();
export const proxy = guard.proxy({ scopes: ['read'] });
const sub: string | null | undefined = (await guard.caller({ scopes: ['read'] }))?.sub;
// @ts-expect-error there may be no caller.
guard.withAuth((_request, { caller }) => Response.json(caller.sub), {}, { optional: true });
void sub;
