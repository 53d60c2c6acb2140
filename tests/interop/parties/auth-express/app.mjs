import { getToken } from '@auth/core/jwt';
import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';

const issuer = 'https://id.example.com';
const clientId = 'your-client-id';
const clientSecret = 'your-client-secret';
const secret = 'a-long-random-secret';

async function refresh(token) {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token.refresh_token }),
  });
  return response.ok ? { ...token, ...(await response.json()) } : null; // null signs the person out
}

const config = {
  secret,
  useSecureCookies: true,
  trustHost: true,
  providers: [
    {
      id: 'credenza',
      name: 'Credenza',
      type: 'oidc',
      issuer,
      clientId,
      clientSecret,
      checks: ['pkce', 'state', 'nonce'],
      idToken: false, // the e-mail address is asked for at /userinfo
      authorization: { params: { scope: 'openid profile email offline_access' } },
    },
  ],
  callbacks: {
    // Refreshed where the new cookie reaches the browser: POST /auth/session, which update() of the client calls.
    jwt({ token, account, trigger }) {
      if (account) {
        const { id_token, access_token, refresh_token } = account;
        return { ...token, id_token, access_token, refresh_token };
      }
      return trigger === 'update' ? refresh(token) : token;
    },
  },
};

export const tokenOf = (request) => getToken({ req: request, secret, secureCookie: true });

export const app = express();
app.set('trust proxy', true);
app.use('/auth', ExpressAuth(config));

app.get('/', async (request, response) => {
  const session = await getSession(request, config);
  if (!session) return response.redirect('/auth/signin');
  response.type('text').send(`Signed in as ${session.user.email}`);
});

// The link "Sign out": it ends the session at the provider, which leads back to /signed-out.
app.get('/sign-out', async (request, response) => {
  const { id_token } = (await tokenOf(request)) ?? {};
  const url = new URL(`${issuer}/logout`);
  url.searchParams.set('post_logout_redirect_uri', 'https://app.example.com/signed-out');
  url.searchParams.set(...(id_token ? ['id_token_hint', id_token] : ['client_id', clientId]));
  // What does not fit into one cookie is in several.
  for (const part of ['', '.0', '.1', '.2']) {
    response.clearCookie(`__Secure-authjs.session-token${part}`, { secure: true });
  }
  response.redirect(url.href);
});

app.get('/signed-out', (request, response) => {
  response.type('text').send('Signed out');
});
