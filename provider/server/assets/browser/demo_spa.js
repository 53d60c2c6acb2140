// The demo of @credenza/browser: what an application does, in one page.
'use strict';

(async () => {
  const part = (name) => document.getElementById(`spa-${name}`);
  const { issuer, client: clientId } = document.getElementById('spa').dataset;
  const fail = (error) => {
    part('error').textContent = `${error.code ?? error.name}: ${error.message}`;
    part('error').hidden = false;
  };
  document.addEventListener('credenza-error', ({ detail }) => fail(detail));
  const { createClient } = await import(`${new URL(issuer).pathname.replace(/\/$/, '')}/assets/credenza.js`);
  const here = `${issuer}/demo/spa`;
  const client = createClient({
    issuer,
    clientId,
    scope: 'openid profile email offline_access',
    redirectUri: here,
    postLogoutRedirectUri: here,
    refreshTokenCookie: true,
    frame: false,
    apis: [issuer],
  });
  const seen = new Set();
  const show = (user) => {
    part('nobody').hidden = Boolean(user);
    part('somebody').hidden = !user;
    part('tokens').hidden = !user;
    part('name').textContent = user ? user.name || user.sub : '';
  };
  const take = async (options) => {
    seen.add(await client.getAccessToken(options));
    part('count').textContent = seen.size;
  };
  client.onChange(show);
  part('renew').addEventListener('click', () => take({ fresh: true }).catch(fail));
  const user = await client.start();
  show(user);
  if (user) await take();
})().catch((error) => {
  const place = document.getElementById('spa-error');
  place.textContent = `${error.code ?? error.name}: ${error.message}`;
  place.hidden = false;
});
