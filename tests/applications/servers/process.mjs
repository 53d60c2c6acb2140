// Servers that end with the runner, however that ends.
import { spawn } from 'node:child_process';

// The shell waits for the end of its input, which is there when this process is gone. What the program prints is on `stderr`.
const SCRIPT = '"$@" >&2 & trap "kill -9 $!" EXIT; read -r _';

/** Starts a program: `{ child, end }`, of which `end()` kills it, whether or not it has ended by itself. */
export function spawnBound(program, words, { env = process.env, stderr = 'ignore' } = {}) {
  const child = spawn('sh', ['-c', SCRIPT, 'sh', program, ...words], { stdio: ['pipe', 'ignore', stderr], env });
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  // Somebody may have killed the shell.
  child.stdin.on('error', () => undefined);
  const end = async () => {
    child.stdin.end();
    await ended;
  };
  return { child, end };
}
