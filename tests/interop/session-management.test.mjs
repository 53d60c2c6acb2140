// The check-session iframe in a real browser (OpenID Connect Session Management 1.0): what it answers before and after
// a logout, and whom (A119, manual: attacks).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBrowser } from './fixture.mjs';
import { issuer } from './provider.mjs';

const own = useBrowser();
const WAIT = 5_000;

/** A public client that is signed in: its page, and the message that it would post. */
async function signedIn(options = {}) {
  const { client_id } = await own.client({ public: true });
  const page = await own.freshPage(options);
  const url = new URL(`${issuer}/authorize`);
  url.search = new URLSearchParams({
    client_id,
    redirect_uri: own.app.redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const { parameters } = await own.visit(page, url);
  assert.match(parameters.session_state, /^[0-9a-f]{64}\.[0-9A-Za-z]+$/);
  return { page, message: `${client_id} ${parameters.session_state}`, url };
}

/** Frames the iframe on a page of that origin and asks it, as an application does. */
async function ask(page, origin, message, iframe) {
  await page.goto(`${origin}/signed-out`);
  const posted = page.evaluate(
    ([src, text, patience]) =>
      new Promise((resolve) => {
        const frame = document.createElement('iframe');
        window.addEventListener('message', (event) =>
          resolve({ data: event.data, origin: event.origin, own: event.source === frame.contentWindow }),
        );
        frame.addEventListener('load', () => frame.contentWindow.postMessage(text, new URL(src).origin));
        frame.src = src;
        document.body.append(frame);
        setTimeout(() => resolve(null), patience);
      }),
    [iframe, message, WAIT],
  );
  return posted;
}

const metadata = async () => (await fetch(`${issuer}/.well-known/openid-configuration`)).json();

test('unchanged while signed in, changed after logout', async () => {
  const { page, message } = await signedIn();
  const { check_session_iframe } = await metadata();
  const answer = () => ask(page, own.app.origin, message, check_session_iframe);
  assert.deepEqual(await answer(), { data: 'unchanged', origin: new URL(issuer).origin, own: true });
  assert.equal((await answer()).data, 'unchanged');
  const out = await own.visit(page, `${issuer}/logout`);
  assert.equal(out.place, 'signed-out');
  assert.equal((await answer()).data, 'changed');
});

test('changed after another sign-in', async () => {
  const { page, message, url } = await signedIn();
  const { check_session_iframe } = await metadata();
  assert.equal((await ask(page, own.app.origin, message, check_session_iframe)).data, 'unchanged');
  await new Promise((resolve) => setTimeout(resolve, 1100));
  url.searchParams.set('prompt', 'login');
  const { parameters } = await own.visit(page, url);
  assert.equal((await ask(page, own.app.origin, message, check_session_iframe)).data, 'changed');
  const next = `${message.split(' ')[0]} ${parameters.session_state}`;
  assert.equal((await ask(page, own.app.origin, next, check_session_iframe)).data, 'unchanged');
});

test('error for what is no question', async () => {
  const { page, message } = await signedIn();
  const { check_session_iframe } = await metadata();
  const [clientId, state] = message.split(' ');
  for (const wrong of ['', 'unchanged', clientId, state, `${clientId} `, `${clientId} ${state.slice(1)}`, { a: 1 }, null, 7]) {
    assert.equal((await ask(page, own.app.origin, wrong, check_session_iframe)).data, 'error', JSON.stringify(wrong));
  }
});

test('A119: another origin learns nothing', async () => {
  const { page, message } = await signedIn();
  const { check_session_iframe } = await metadata();
  const stranger = own.app.origin.replace('127.0.0.1', 'localhost');
  assert.equal((await ask(page, stranger, message, check_session_iframe)).data, 'changed');
  // A page without an origin gets no answer at all.
  await page.goto(`${own.app.origin}/signed-out`);
  const silence = await page.evaluate(
    ([src, text]) =>
      new Promise((resolve) => {
        const sandboxed = document.createElement('iframe');
        sandboxed.sandbox = 'allow-scripts';
        sandboxed.srcdoc = `<script>
          const frame = document.createElement('iframe');
          onmessage = (event) => parent.postMessage('heard ' + event.data, '*');
          frame.onload = () => frame.contentWindow.postMessage(${JSON.stringify(text)}, '*');
          frame.src = ${JSON.stringify(src)};
          document.documentElement.append(frame);
        </script>`;
        window.addEventListener('message', (event) => resolve(event.data));
        document.body.append(sandboxed);
        setTimeout(() => resolve('silence'), 2000);
      }),
    [check_session_iframe, message],
  );
  assert.equal(silence, 'silence');
});
