// Serves the application on a port of the loopback, with a page that shows its tokens.
import { app } from './app.mjs';

app.get('/tokens', ({ oidc }, response) => {
  response.json({ access_token: oidc.accessToken.access_token, refresh_token: oidc.refreshToken });
});

app.listen(Number(process.argv[2]), '127.0.0.1');
