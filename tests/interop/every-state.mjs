// The way of one person through the pages of `credenza dev`, in every state that they meet.
import { press } from './browser.mjs';
import { codeOf } from './totp.mjs';

const PASSWORD = 'seven swans a-swimming';
const ANOTHER = 'eight maids a-milking';

/** The newest mail to an address with a link to that path, once it has come: its text and the link. */
export async function mailTo(openPage, origin, address, path) {
  const page = await openPage();
  for (let tries = 0; tries < 100; tries += 1) {
    await page.goto(`${origin}/demo/inbox`);
    const leading = page.locator(`a[href*="${path}"]`);
    const mail = page.locator('article').filter({ hasText: address, has: leading }).first();
    if (await mail.count()) {
      const [text, link] = [await mail.innerText(), await mail.locator(leading).first().getAttribute('href')];
      await page.context().close();
      return { text, link };
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no mail to ${address}`);
}

async function signUp(page, { origin, address, openPage, look }) {
  await page.goto(`${origin}/demo`);
  await look('demo');
  await press(page, '#demo-login');
  await look('sign-in');
  await page.locator('#username').fill(address);
  await page.locator('#password').fill('not the password');
  await press(page, '#login-submit');
  await look('sign-in-wrong');
  await press(page, '#sign-up');
  await look('sign-up');
  await page.locator('#email').fill('nobody');
  await press(page, '#sign-up-submit');
  await look('sign-up-refused');
  await page.locator('#email').fill(address);
  await press(page, '#sign-up-submit');
  await look('sign-up-code');
  await page.locator('#code').fill('1');
  await press(page, '#code-submit');
  await look('sign-up-code-wrong');
  await page.goto((await mailTo(openPage, origin, address, '/signup')).link);
  await look('sign-up-complete');
  await page.locator('#password').fill('passwordpassword');
  await press(page, '#complete-submit');
  await look('sign-up-complete-refused');
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#complete-submit');
  await look('consent');
  await press(page, '#consent-allow');
  await page.locator('#demo-refresh').waitFor();
  await look('demo-result');
}

async function atHome(page, { origin, look }) {
  await page.goto(`${origin}/`);
  await look('home');
  await page.goto(`${origin}/account`);
  await look('account');
  await page.goto(`${origin}/account/applications`);
  await look('applications');
  await page.goto(`${origin}/account/devices`);
  await look('devices');
  await page.goto(`${origin}/account/password`);
  await look('change-password');
  await page.locator('input[autocomplete="current-password"]').fill('not the password');
  await page.locator('input[autocomplete="new-password"]').fill(ANOTHER);
  await press(page, 'main button[type="submit"]');
  await look('change-password-wrong');
  await page.goto(`${origin}/nowhere`);
  await look('not-found');
  await page.goto(`${origin}/authorize?client_id=nobody`);
  await look('error');
  await page.goto(`${origin}/logout?post_logout_redirect_uri=https%3A%2F%2Fapp.example.test%2F`);
  await look('sign-out-refused');
  await page.goto(`${origin}/logout`);
  await look('sign-out');
  await press(page, '#logout-confirm');
  await look('signed-out');
  await page.goto(`${origin}/account`);
  await look('account-signed-out');
}

async function protects(page, { origin, look }) {
  await page.goto(`${origin}/account/security`);
  await look('security-nothing');
  await page.goto(`${origin}/account/security/passkey`);
  await look('add-passkey');
  await page.goto(`${origin}/account/security/app`);
  await page.locator('details summary').click();
  await look('authenticator-app');
  await page.locator('#code').fill('123');
  await press(page, '#app-add');
  await look('authenticator-app-wrong');
  await page.locator('details summary').click();
  const secret = await page.locator('#secret').innerText();
  await page.locator('#code').fill(codeOf(secret));
  await press(page, '#app-add');
  await look('recovery-codes');
  await press(page, '#codes-kept');
  await page.locator('details summary').first().click();
  await look('security');
  return secret;
}

async function confirms(page, { origin, address, look }, secret) {
  await page.context().clearCookies();
  await page.goto(`${origin}/demo`);
  await press(page, '#demo-login');
  await page.locator('#username').fill(address);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
  await look('second-factor');
  await page.locator('#code').fill('123');
  await press(page, '#code-submit');
  await look('second-factor-wrong');
  await page.locator('#lost').click();
  await page.locator('#recovery-code').fill('none');
  await press(page, '#recovery-submit');
  await look('recovery-code-wrong');
  await page.locator('#code').fill(codeOf(secret, 1));
  await page.locator('#code-submit').click();
  await page.locator('#demo-refresh').waitFor();
  await page.goto(`${origin}/account/security`);
  await press(page, 'button[name="remove"]');
}

async function forgets(page, { origin, address, openPage, look }) {
  await page.goto(`${origin}/forgot-password`);
  await look('forgot-password');
  await page.locator('#username').fill(address);
  await press(page, '#forgot-submit');
  await look('mail-sent');
  await page.goto((await mailTo(openPage, origin, address, '/reset-password')).link);
  await look('reset-password');
  await page.locator('#password').fill('short');
  await press(page, '#reset-submit');
  await look('reset-password-short');
  await page.locator('#password').fill(ANOTHER);
  await press(page, '#reset-submit');
  await look('password-changed');
}

/** Somebody else makes an account where there are terms and more to tell, and signs in after the terms have changed. */
async function accepts(page, { origin, address, openPage, look, command }) {
  const change = (...settings) =>
    command('tenant', 'update', 'default', ...settings.flatMap((setting) => ['--set', setting]));
  const attributes = [
    { name: 'adult', type: 'boolean', description: 'I am over 18 years old', sign_up: 'required' },
    { name: 'teams', type: 'strings', description: 'Teams', sign_up: 'optional' },
  ];
  await change(
    'brand.tos_uri=https://www.example.com/terms',
    'terms_version=v1',
    'sign_up_claims=["given_name","birthdate"]',
    'sign_up_required_claims=["given_name"]',
    `attributes=${JSON.stringify(attributes)}`,
  );
  await page.context().clearCookies();
  await page.goto(`${origin}/signup`);
  const own = `terms.${address}`;
  await page.locator('#email').fill(own);
  await press(page, '#sign-up-submit');
  await page.goto((await mailTo(openPage, origin, own, '/signup')).link);
  await look('sign-up-fields');
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#claim-given_name').fill('Ada');
  await page.locator('#claim-birthdate').fill('yesterday');
  await page.locator('#attribute-adult').check();
  await page.locator('#terms').check();
  await press(page, '#complete-submit');
  await look('sign-up-fields-refused');
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#claim-birthdate').fill('1990-12-31');
  await page.locator('#terms').check();
  await press(page, '#complete-submit');
  await page.waitForURL(`${origin}/account`);
  await change('terms_version=v2');
  await page.context().clearCookies();
  await page.goto(`${origin}/account`);
  await page.goto(`${origin}/account/login`);
  await page.locator('#username').fill(own);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
  await look('terms');
  await press(page, '#terms-submit');
  await page.waitForURL(`${origin}/account`);
  await change('terms_version=null', 'sign_up_claims=[]', 'sign_up_required_claims=[]', 'attributes=[]');
}

/** Walks through all of it; `look(name)` is called on each page. */
export async function everyState(page, way) {
  await signUp(page, way);
  await confirms(page, way, await protects(page, way));
  await atHome(page, way);
  await forgets(page, way);
  await accepts(page, way);
}
