/** Ends the program where the settings are wrong. */
export async function check() {
  try {
    await import('./login.js');
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
