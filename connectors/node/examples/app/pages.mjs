// The pages of the example.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);

const page = (title, content) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${escaped(title)}</title>
  </head>
  <body>
    <h1>${escaped(title)}</h1>
    ${content}
    <p><a href="/">Home</a> <a href="/account">Account</a> <a href="/orders">Orders</a> <a href="/admin">Admin</a></p>
  </body>
</html>
`;

const SIGN_OUT = '<form method="post" action="/auth/logout"><button id="sign-out">Sign out</button></form>';

export const homePage = (signedIn) =>
  page('Example', signedIn === null ? '<p>Nobody is signed in.</p>' : `<p>Signed in as ${escaped(signedIn.name)}.</p>`);

export const accountPage = ({ sub, name, email, claims }) => {
  const rows = Object.entries({ sub, name, email, roles: claims.roles ?? [] });
  const items = rows.map(([term, value]) => `<dt>${term}</dt><dd>${escaped(value ?? 'unknown')}</dd>`);
  return page('Account', `<dl>${items.join('')}</dl>${SIGN_OUT}`);
};

export const ordersPage = (orders) =>
  page('Orders', `<ul>${orders.map(({ id, item }) => `<li>${id}: ${escaped(item)}</li>`).join('')}</ul>`);

export const adminPage = ({ by, wheels }) =>
  page('Admin', `<p>Counted by ${escaped(by)}: ${escaped(wheels)} brass wheels.</p>`);
