#!/usr/bin/env node
// Shows that cases have teeth: the reference application makes each of these mistakes, one after the other, and a case has to
// find it. `node tests/applications/mutations.mjs [FILTER]`; with --verbose it prints what the case said.
import { fileURLToPath } from 'node:url';

import { MISTAKES } from './reference/mistakes.mjs';
import { Stages } from './runner/stage.mjs';
import { load, PARTS } from './runner/suite.mjs';

const REFERENCE = fileURLToPath(new URL('reference/', import.meta.url));
const AT_ONCE = 3;

process.env.KEY_PATIENCE_SECONDS = '0'; // what is not found at once is not found

const words = process.argv.slice(2);
const isVerbose = words.includes('--verbose');
const filter = words.find((word) => !word.startsWith('--')) ?? '';

const cases = await load(PARTS);

/** What the case says of the mistake, or undefined where it passes. */
async function said([mistake, part, name]) {
  const one = cases.find((known) => known.part === part && known.name === name);
  if (!one) throw new Error(`${mistake}: there is no case ${part}: ${name}`);
  const stages = new Stages(`MUTATION=${mistake} exec node '${REFERENCE}${part === 'login' ? 'login' : 'kit'}.mjs'`);
  try {
    await one.steps(await stages.context(one));
    return undefined;
  } catch (error) {
    if (error.constructor.name === 'Unexpected') return error.message;
    throw new Error(`${mistake}: the case could not run: ${error.message}`, { cause: error });
  } finally {
    await stages.close();
  }
}

const chosen = MISTAKES.filter(([mistake]) => mistake.includes(filter));
let missed = 0;

async function work(queue) {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const message = await said(next).catch((error) => error);
    const isFound = typeof message === 'string';
    if (!isFound) missed += 1;
    if (!isFound) console.log(`not ok ${next[0]}: ${message?.message ?? `the case passes: ${next[1]}: ${next[2]}`}`);
    else if (isVerbose) console.log(`ok ${next[0]}: ${message}`);
  }
}

const queue = [...chosen];
await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
console.log(`${chosen.length - missed} mistakes found, ${missed} missed`);
process.exitCode = missed > 0 || chosen.length === 0 ? 1 : 0;
