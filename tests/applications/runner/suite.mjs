// The list of all cases. The files of cases/ fill it when they are imported.
import { readdir } from 'node:fs/promises';

const CASES = new URL('../cases/', import.meta.url);

export const PARTS = ['login', 'kit', 'service', 'events', 'nats'];

const cases = [];
let part;

/**
 * A case. `attacks` are the ids of the attack catalogue that it stands for; `setup` names an entry of `setups.mjs`, or
 * several: then the case is run in each, and its name says in which. `steps` is given a `Context`.
 */
export function test(name, { attacks = [], setup }, steps) {
  for (const one of [setup].flat()) {
    const full = Array.isArray(setup) ? `${name} [${one}]` : name;
    if (cases.some((known) => known.part === part && known.name === full))
      throw new Error(`two cases are named ${full}`);
    cases.push({ part, name: full, attacks, setup: one, steps });
  }
}

/** All cases of the parts, in the order of their files. */
export async function load(parts) {
  for (part of parts) {
    const folder = new URL(`${part}/`, CASES);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.cases.mjs')).sort();
    for (const file of files) await import(new URL(file, folder));
  }
  return cases;
}
