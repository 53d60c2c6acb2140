// The page "applications" of the manual shows the files that the tests of parties/ use, as they are.
// Chart 716: Settings of applications in the manual | six are files of the tests
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const parties = new URL('parties/', import.meta.url);
const page = await readFile(new URL('../../provider/manual/applications.md', import.meta.url), 'utf8');
/** What the tests add to an application: they are not shown. */
const ADDED = /^(serve\.|httpd\.conf$)/;

/** The texts of the page's blocks by what stands after their fences. */
const blocks = [...page.matchAll(/^```(.+)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));

const folders = (await readdir(parties, { withFileTypes: true })).filter((entry) => entry.isDirectory());

for (const { name } of folders) {
  test(`the manual shows the settings of ${name}`, async () => {
    const folder = new URL(`${name}/`, parties);
    const files = (await readdir(folder)).filter((file) => !ADDED.test(file));
    assert.ok(files.includes('client.sh') && files.length > 1, files.join());
    for (const file of files) {
      const text = await readFile(new URL(file, folder), 'utf8');
      const shown = blocks.filter((block) => block.text === text);
      assert.equal(shown.length, 1, `${name}/${file} is not shown as it is`);
      // The commands are run by the tests of the manual, too.
      assert.equal(shown[0].language === 'sh test', file === 'client.sh', file);
    }
  });
}

test('there are applications', () => assert.ok(folders.length >= 6));
