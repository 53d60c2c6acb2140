import { Login, type LoginOptions } from '@credenza/connectors/login/next';

declare const options: LoginOptions;
const login = new Login(options);
export const { GET, POST } = login.handlers();
export const PUT = login.withLogin(async (_request, { signedIn }) => Response.json(await signedIn.accessToken()));
export const PATCH = login.withLogin<{ params: Promise<{ id: string }> }>(async (request, { params, signedIn }) =>
  Response.json([(await params).id, signedIn.sub, request.nextUrl.pathname]),
);
export const HEAD = login.withLogin((_request, { signedIn }) => Response.json(signedIn?.sub), { optional: true });
export const proxy = login.proxy({ allows: ({ claims }) => claims['admin'] === true });
const sub: string | undefined = (await login.session())?.sub;
// @ts-expect-error there may be nobody.
login.withLogin((_request, { signedIn }) => Response.json(signedIn.sub), { optional: true });
void sub;
