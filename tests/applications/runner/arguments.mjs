// The command line of `run`.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { PARTS } from './suite.mjs';

export const USAGE = `tests/applications/run --command COMMAND --part login|kit|service|events|nats[,…]
  --cases FILTER   only cases whose name or setup contains the text (several: separated by |)
  --few            only the first cases of each file, unless TEST_LONG is set
  --skip FILE      cases that are not run: one a line, "NAME: REASON"; a name that no case has is an error
  --list           prints the names of the cases, their setups and attacks, and runs nothing
  --verbose        prints the cases that pass too, and with a failure what the application printed
COMMAND is run by a shell, once for each instance. APPLICATION_START_SECONDS (60) is how long it may take to listen.`;

export class UsageError extends Error {}

/** Reads the arguments; throws `UsageError`. */
export function readArguments(words) {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  const options = {
    command: text,
    part: text,
    cases: text,
    skip: text,
    list: flag,
    few: flag,
    verbose: flag,
    help: flag,
  };
  let values;
  try {
    ({ values } = parseArgs({ args: words, options }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  if (values.help) throw new UsageError('');
  const parts = (values.part ?? (values.list ? PARTS.join() : '')).split(',').filter(Boolean);
  if (parts.length === 0) throw new UsageError('--part is missing');
  for (const part of parts) if (!PARTS.includes(part)) throw new UsageError(`no such part: ${part}`);
  if (!values.command && !values.list) throw new UsageError('--command is missing');
  return { ...values, few: values.few && !process.env.TEST_LONG, parts };
}

/** The cases to skip, by name, each with its reason. */
export async function readSkips(file, cases) {
  const skips = new Map();
  if (!file) return skips;
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const known = cases.find(({ name }) => line.startsWith(`${name}: `));
    const reason = known && line.slice(known.name.length + 2).trim();
    if (!reason) throw new UsageError(`${file}: not "NAME: REASON" with the name of a case: ${line}`);
    skips.set(known.name, reason);
  }
  return skips;
}

/** Whether a case is among those that `--cases` asks for. */
export const isChosen = ({ name, setup }, filter) =>
  !filter || filter.split('|').some((text) => `${name} ${setup}`.toLowerCase().includes(text.trim().toLowerCase()));
