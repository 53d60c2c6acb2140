// The mail that `credenza dev` keeps.

/** The newest mail to an address whose text holds `about`, once it has come: its text and the link in it. */
export async function mailTo(own, origin, address, about = '') {
  const page = await own.freshPage();
  for (let tries = 0; tries < 100; tries += 1) {
    await page.goto(`${origin}/demo/inbox`);
    const mail = page.locator('article').filter({ hasText: address }).filter({ hasText: about }).first();
    if (await mail.count()) {
      const [text, link] = [await mail.innerText(), await mail.locator('a').first().getAttribute('href')];
      await page.context().close();
      return { text, link };
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no mail to ${address}`);
}
