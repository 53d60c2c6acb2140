// What this application does with an event, from wherever it comes.
const seen = new Set();
const failures = new Map();

/** How often an event is tried before it is given up, and how many milliseconds longer each wait is. */
export const TRIES = 10;
export const WAIT = 50;

/** The ids of events that were handled, in order. */
export const handled = () => [...seen];

/** Handles an event, once for each id; some types fail on purpose. Throws `SyntaxError` for a body that is no JSON. */
export function handle(body) {
  const { id, type } = JSON.parse(body);
  if (seen.has(id)) return;
  const before = failures.get(id) ?? 0;
  if (type === 'test.fails' || (type === 'test.fails_twice' && before < 2)) {
    failures.set(id, before + 1);
    throw new Error(`${type} fails on purpose`);
  }
  seen.add(id);
}
