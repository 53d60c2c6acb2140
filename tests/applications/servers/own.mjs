// Starts a server of this run's own. Another run may have taken the port since it was found free: then its server would answer.
import { freePort } from './ports.mjs';

const TRIES = 3;
/** How long a server may take to start, and how long is waited before it is asked again, in milliseconds. */
const [PATIENCE, PAUSE] = [30_000, 50];

async function isReady({ isOwn }) {
  for (const until = Date.now() + PATIENCE; ;) {
    try {
      return await isOwn();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/**
 * `startAt(port)` gives `started`, `stop()`, and `isOwn()`, which rejects while nobody answers, and then tells whether who
 * answers is the one that was started.
 */
export async function startOwn(startAt, { newPort = freePort } = {}) {
  for (let tries = 1; ; tries += 1) {
    const one = await startAt(await newPort());
    try {
      if (await isReady(one)) return one.started;
    } catch (error) {
      await one.stop();
      throw error;
    }
    await one.stop();
    if (tries === TRIES) throw new Error('each port was taken by the server of somebody else');
  }
}
