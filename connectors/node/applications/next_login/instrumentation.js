/** Loads the settings when the server starts: with a wrong one, it does not. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  try {
    await import('./login.js');
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
