// Servers that end with the runner, however that ends.
import { spawn } from 'node:child_process';

// The shell waits for the end of its input, which is there when this process is gone. What the program prints is on `stderr`.
const SCRIPT = '"$@" >&2 & trap "kill -9 $!" EXIT; read -r _';

/** Starts a program that is killed when `stdin` of what is given back is closed. */
export function spawnBound(program, words, { env = process.env, stderr = 'ignore' } = {}) {
  return spawn('sh', ['-c', SCRIPT, 'sh', program, ...words], { stdio: ['pipe', 'ignore', stderr], env });
}
