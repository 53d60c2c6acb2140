// The list of all cases. The files of cases/ fill it when they are imported.
import { readdir } from 'node:fs/promises';

const CASES = new URL('../cases/', import.meta.url);

export const PARTS = ['login', 'kit', 'service', 'events', 'nats'];

/** How many cases of a file, and of a setup, are few. */
const FEW = 3;

const cases = [];
let part;
let theme;

/**
 * A case. `attacks` are the ids of the attack catalogue that it stands for; `setup` names an entry of `setups.mjs`, or
 * several: then the case is run in each, and its name says in which. `steps` is given a `Context`.
 */
export function test(name, { attacks = [], setup }, steps) {
  for (const one of [setup].flat()) {
    const full = Array.isArray(setup) ? `${name} [${one}]` : name;
    if (cases.some((known) => known.part === part && known.name === full))
      throw new Error(`two cases are named ${full}`);
    cases.push({ part, theme, name: full, attacks, setup: one, steps });
  }
}

/** All cases of the parts, in the order of their files. */
export async function load(parts) {
  for (part of parts) {
    const folder = new URL(`${part}/`, CASES);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.cases.mjs')).sort();
    for (theme of files) await import(new URL(theme, folder));
  }
  return cases;
}

/**
 * The first cases of each file in each of its usual setups: for a further framework of a language, of which little is its
 * own. Those that start an application for themselves are left out.
 */
export function fewOf(all) {
  const usual = ['cookie', 'redis', 'one', 'stream', 'nats'];
  const taken = new Map();
  return all.filter(({ part, theme, setup }) => {
    if (!usual.includes(setup)) return false;
    const key = `${part} ${theme} ${setup}`;
    taken.set(key, (taken.get(key) ?? 0) + 1);
    return taken.get(key) <= FEW;
  });
}
