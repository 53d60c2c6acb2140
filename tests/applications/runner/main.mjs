// Runs the cases and reports.
import { isChosen, readArguments, readSkips, USAGE, UsageError } from './arguments.mjs';
import { SETUPS } from './setups.mjs';
import { Stages } from './stage.mjs';
import { fewOf, load } from './suite.mjs';

const CASE = 60_000;
/** A setup starts several applications, some with a compiler in front. */
const SETUP = 300_000;

class Late extends Error {}

async function within(milliseconds, what, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Late(`${what} in ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Cases of one setup stand together, so that an application starts once for all of them.
function bySetup(cases) {
  const setupOf = ({ part, setup }) => SETUPS[part][setup];
  const setups = [...new Set(cases.map(setupOf))];
  return setups.flatMap((setup) => cases.filter((one) => setupOf(one) === setup));
}

async function runOne(one, stages, { verbose }) {
  const label = `${one.part}: ${one.name}`;
  try {
    const context = await within(SETUP, 'not set up', stages.context(one));
    await within(CASE, 'not done', one.steps(context));
    if (verbose) console.log(`ok ${label}`);
    return true;
  } catch (error) {
    const known = error.constructor.name === 'Unexpected';
    console.log(`not ok ${label}\n    ${known || !verbose ? error.message : error.stack}`);
    if (verbose) console.log(stages.output().slice(-4000).replace(/^/gm, '    | '));
    // Its steps go on, and must not do so beside those of the next case.
    if (error instanceof Late) await within(SETUP, 'not tidied up', stages.abandon()).catch(() => undefined);
    return false;
  }
}

async function main() {
  const options = readArguments(process.argv.slice(2));
  const all = await load(options.parts);
  const skips = await readSkips(options.skip, all);
  const offered = options.few ? fewOf(all) : all;
  const chosen = bySetup(offered.filter((one) => isChosen(one, options.cases)));
  if (options.list) {
    for (const { part, name, setup, attacks } of chosen) console.log([part, name, setup, attacks.join(' ')].join('\t'));
    return 0;
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const stages = new Stages(options.command);
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  try {
    for (const one of chosen) {
      const isSkipped = skips.has(one.name);
      if (isSkipped && options.verbose) console.log(`skipped ${one.part}: ${one.name}: ${skips.get(one.name)}`);
      const passed = isSkipped ? undefined : await runOne(one, stages, options);
      counts[isSkipped ? 'skipped' : passed ? 'passed' : 'failed'] += 1;
    }
  } finally {
    await within(SETUP, 'not tidied up', stages.close());
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed > 0 || counts.passed + counts.skipped === 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? `${error.message}\n${USAGE}`.trim() : error);
  process.exitCode = isUsage ? 2 : 1;
}
// What a case that was given up still waits for does not keep the process; what was printed is out by then.
setTimeout(() => process.exit(), 1_000).unref();
