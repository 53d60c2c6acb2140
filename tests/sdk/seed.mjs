// The 300 users that every library lists, made by the API itself.
const { SDK_ISSUER: issuer, SDK_CLIENT_ID: id, SDK_CLIENT_SECRET: secret } = process.env;

const answer = await fetch(`${issuer}/token`, {
  method: 'POST',
  headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
  body: new URLSearchParams({ grant_type: 'client_credentials', resource: `${issuer}/admin` }),
});
const { access_token: token } = await answer.json();
if (!token) throw new Error(`no token: ${answer.status}`);
for (let number = 0; number < 300; number += 1) {
  const made = await fetch(`${issuer}/admin/v1/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ username: `seed-${number}` }),
  });
  if (made.status !== 201) throw new Error(`${made.status}: ${await made.text()}`);
}
