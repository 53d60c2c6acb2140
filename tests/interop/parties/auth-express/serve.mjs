// Serves the application on a port of the loopback, with a page that shows its tokens.
import { app, tokenOf } from './app.mjs';

app.get('/tokens', async (request, response) => {
  const { access_token, refresh_token } = await tokenOf(request);
  response.json({ access_token, refresh_token });
});

app.listen(Number(process.argv[2]), '127.0.0.1');
