import express from 'express';
import oidc from 'express-openid-connect';

const { auth, requiresAuth } = oidc;
export const app = express();
app.use(
  auth({
    issuerBaseURL: 'https://id.example.com',
    baseURL: 'https://app.example.com',
    clientID: 'your-client-id',
    clientSecret: 'your-client-secret',
    secret: 'a-long-random-secret',
    authRequired: false,
    idpLogout: true, // signing out ends the session at the provider too
    routes: { postLogoutRedirect: '/signed-out' },
    authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
  }),
);

app.get('/', requiresAuth(), async (request, response) => {
  const { email } = await request.oidc.fetchUserInfo(); // request.oidc.user has the claims of the ID token alone
  response.type('text').send(`Signed in as ${email}`);
});

app.get('/refresh', requiresAuth(), async (request, response) => {
  await request.oidc.accessToken.refresh();
  response.redirect('/');
});

app.get('/signed-out', (request, response) => {
  response.type('text').send('Signed out');
});
