// What every test file needs: a browser, an application to come back to, and a client of its own.
import { after, before } from 'node:test';
import { launch, openPage, walk } from './browser.mjs';
import { openCallback } from './callback.mjs';
import { createClient, person } from './provider.mjs';

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
