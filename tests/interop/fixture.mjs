// What every test file needs: a browser, an application to come back to, and a client of its own.
import { after, before } from 'node:test';
import { launch, openPage, walk } from './browser.mjs';
import { openCallback } from './callback.mjs';
import { createClient, issuer, person } from './provider.mjs';

/** The scope most tests ask for. */
export const scope = 'openid profile email offline_access';

/** A browser and an application for the tests of one file. */
export function useBrowser() {
  const fixture = {
    /** A page with no history and no cookies. */
    freshPage: (options) => openPage(fixture.browser, options),

    /** Registers a client of this application. */
    client: (options = {}) =>
      createClient({
        name: 'Interop',
        redirectUri: fixture.app.redirectUri,
        postLogoutRedirectUri: fixture.app.signedOutUri,
        ...options,
      }),

    /** An authorization request of a fresh public client; the application here never redeems the code. */
    request: async (options = {}, parameters = {}) => {
      const { client_id } = await fixture.client({ public: true, ...options });
      const url = new URL(`${issuer}/authorize`);
      url.search = new URLSearchParams({
        client_id,
        redirect_uri: fixture.app.redirectUri,
        response_type: 'code',
        scope: 'openid profile email',
        state: 'a state',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        ...parameters,
      });
      return url;
    },

    /** Goes through the pages as the person of the tests, and returns where that ended. */
    visit: (page, url, answers = {}) => walk(page, fixture.app, url, { ...person, ...answers }),
  };
  before(async () => {
    fixture.app = await openCallback();
    fixture.browser = await launch();
  });
  after(async () => {
    await fixture.browser?.close();
    await fixture.app?.close();
  });
  return fixture;
}
