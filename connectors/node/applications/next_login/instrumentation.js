/** Loads the settings when the server starts: with a wrong one, it does not. */
export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { check } = await import('./check.js');
    await check();
  }
}
