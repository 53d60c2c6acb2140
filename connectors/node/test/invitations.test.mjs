// Chart 974: Invitations and sign-in links for Node | from the mail to the end, pages, typed refusals, a provider that sends no mail
// Invitations and links to sign in by, at a real provider.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

import * as connector from '@credenza/connectors/service';

import { here } from '../scripts/tarballs.mjs';
import { DevProvider, skip } from './dev-provider.mjs';

const { Conflict, Invalid, Invitations, NotFound, Refused, SignInLinks, Users } = connector;
const READ = 'admin:invitations:read';
const ALL = `${READ} admin:invitations:write admin:users:sign_in_links admin:users:read admin:users:write`;
const ADA = { username: 'ada', claims: { email: 'ada@example.com', email_verified: true } };

/** Waits for mail, which is sent beside the request. */
async function until(isSo) {
  for (let tries = 0; !(await isSo()); tries += 1) {
    assert.ok(tries < 300);
    await sleep(100);
  }
}

async function all(invitations) {
  const found = [];
  for await (const one of invitations.list()) found.push(one);
  return found;
}

describe('the admin API of a real provider', { skip }, () => {
  const provider = new DevProvider();
  let client;
  let users;
  let invitations;
  let links;
  let ada;
  before(async () => {
    if (skip) return;
    await provider.start();
    client = provider.serviceAccount(ALL);
    users = new Users({ ...client, scope: 'admin:users:read admin:users:write' });
    invitations = new Invitations(client);
    links = new SignInLinks(client);
    ada = (await users.create(ADA)).user_id;
  });
  after(() => provider.stop());

  test('an invitation, from its mail to its end', async () => {
    const email = 'grace@example.com';
    const made = await invitations.create({ email, locale: 'de', claims: { given_name: 'Grace' }, expires_in: 3600 });
    assert.deepEqual([made.state, made.locale, made.claims], ['pending', 'de', { given_name: 'Grace' }]);
    assert.equal(made.expires_at - made.created_at, 3600);
    await until(async () => (await provider.letters(email)) === 1);
    const id = made.invitation_id;
    assert.deepEqual(
      (await all(invitations)).find((one) => one.invitation_id === id),
      made,
    );
    assert.ok((await invitations.resend(id)).expires_at > made.expires_at);
    await until(async () => (await provider.letters(email)) === 2);
    assert.equal((await invitations.revoke(id)).state, 'revoked');
    const shown = await invitations.get(id);
    assert.equal(shown.state, 'revoked');
    assert.ok(shown.revoked_at >= made.created_at);
    const isOver = (error) => error instanceof Conflict && error.status === 409 && error.type === 'conflict';
    await assert.rejects(invitations.resend(id), isOver);
    await assert.rejects(invitations.revoke(id), isOver);
  });

  test('nobody learns who has an account, and a repeated call invites once', async () => {
    const taken = { email: 'ada@example.com' };
    const [first, second] = [await invitations.create(taken), await invitations.create(taken)];
    assert.deepEqual([first.state, second.state], ['pending', 'pending']);
    assert.notEqual(first.invitation_id, second.invitation_id);
    const [email, idempotencyKey] = ['joan@example.com', 'one and the same'];
    const once = await invitations.create({ email }, { idempotencyKey });
    assert.deepEqual(await invitations.create({ email }, { idempotencyKey }), once);
    const isNoAddress = (error) => error instanceof Invalid && error.errors[0].pointer === '/email';
    await assert.rejects(invitations.create({ email: 'nowhere' }), isNoAddress);
  });

  test('all pages are gone through', async () => {
    const made = [];
    for (let number = 0; number < 51; number += 1) {
      made.push((await invitations.create({ email: `person-${number}@example.com` })).invitation_id);
    }
    const found = (await all(invitations)).map(({ invitation_id: id }) => id);
    assert.equal(new Set(found).size, found.length);
    assert.ok(made.every((id) => found.includes(id)));
  });

  test('a link signs in, and is not printed', async () => {
    const link = await links.create(ada, { mail: false, expires_in: 60 });
    assert.equal(link.user_id, ada);
    assert.ok(link.expires_at <= Date.now() / 1000 + 60);
    assert.match(await (await fetch(link.url)).text(), /You sign in to the account ada\./);
    for (const printed of [inspect(link, { showHidden: true }), String(link), JSON.stringify({ link })]) {
      assert.ok(!printed.includes('token='), printed);
    }
    const sent = await provider.letters('ada@example.com');
    assert.equal((await links.create(ada, { mail: true })).url, undefined);
    await until(async () => (await provider.letters('ada@example.com')) > sent);
  });

  test('refusals have types', async () => {
    for (const id of ['nobody', '', '.', '..', 'a/b?c']) {
      await assert.rejects(invitations.get(id), NotFound, id);
      await assert.rejects(invitations.resend(id), NotFound, id);
      await assert.rejects(invitations.revoke(id), NotFound, id);
      await assert.rejects(links.create(id, { mail: false }), NotFound, id);
    }
    const { user_id: homeless } = await users.create({ username: 'homeless' });
    const hasNoAddress = (error) => error instanceof Conflict && /no verified email address/.test(error.detail);
    await assert.rejects(links.create(homeless, { mail: true }), hasNoAddress);
    const own = provider.serviceAccount(READ);
    const reader = new Invitations({ ...own, scope: READ });
    assert.equal((await all(reader)).length, (await all(invitations)).length);
    const lacksScope = (error) => error instanceof Refused && error.status === 403;
    await assert.rejects(reader.create({ email: 'grace@example.com' }), lacksScope);
    // The issuer gives no token for what the client is not registered for.
    await assert.rejects(new SignInLinks(own).create(homeless, { mail: false }), Refused);
  });

  test('the README, as printed', async () => {
    const text = readFileSync(join(here, 'README.md'), 'utf8');
    const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
    const code = blocks
      .find((block) => block.includes('new SignInLinks'))
      .replace(/^import (.*) from .*\n/m, 'const $1 = connector;')
      .replace('user.user_id', JSON.stringify(ada));
    const printed = [];
    const run = new Function('connector', 'client', 'console', `return (async () => { ${code} })()`);
    await run(connector, client, { log: (line) => printed.push(line) });
    assert.ok(printed.includes('grace@example.com'));
    assert.match(printed.at(-1), /\/login\/link\?token=/);
  });
});

test('a provider that sends no mail says so', { skip }, async (t) => {
  const silent = new DevProvider();
  t.after(() => silent.stop());
  await silent.start({ mail: false });
  const account = silent.serviceAccount(ALL);
  const { user_id: ada } = await new Users({ ...account, scope: 'admin:users:read admin:users:write' }).create(ADA);
  const [invitations, links] = [new Invitations(account), new SignInLinks(account)];
  const sendsNone = (error) => error instanceof Conflict && /^no mail is sent here/.test(error.detail);
  await assert.rejects(invitations.create({ email: 'grace@example.com' }), sendsNone);
  await assert.rejects(links.create(ada, { mail: true }), sendsNone);
  assert.deepEqual(await all(invitations), []);
  assert.match((await links.create(ada, { mail: false })).url, /\/login\/link\?token=/);
});
