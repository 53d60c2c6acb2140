// A Redis of the run's own, and as much of its protocol (RESP2) as cases need.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../runner/application.mjs';
import { spawnBound } from './process.mjs';

/** Reads one value at `at`: `[value, next]`, or undefined where there is not enough yet. */
function read(buffer, at) {
  const end = buffer.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const kind = String.fromCharCode(buffer[at]);
  const line = buffer.toString('utf8', at + 1, end);
  const next = end + 2;
  if (kind === '+') return [line, next];
  if (kind === '-') return [new Error(line), next];
  if (kind === ':') return [Number(line), next];
  const size = Number(line);
  if (size < 0) return [null, next];
  if (kind === '$')
    return buffer.length < next + size + 2 ? undefined : [buffer.toString('utf8', next, next + size), next + size + 2];
  return readAll(buffer, next, size);
}

function readAll(buffer, start, size) {
  const values = [];
  let at = start;
  for (let left = size; left > 0; left -= 1) {
    const one = read(buffer, at);
    if (!one) return undefined;
    values.push(one[0]);
    at = one[1];
  }
  return [values, at];
}

/** One command on a connection of its own. */
export async function redis(port, ...words) {
  const socket = connect(port, '127.0.0.1');
  const bytes = words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`).join('');
  socket.write(`*${words.length}\r\n${bytes}`);
  let buffer = Buffer.alloc(0);
  for await (const part of socket) {
    buffer = Buffer.concat([buffer, part]);
    const answer = read(buffer, 0);
    if (!answer) continue;
    socket.destroy();
    if (answer[0] instanceof Error) throw answer[0];
    return answer[0];
  }
  throw new Error('redis closed the connection');
}

/** Starts redis-server on a spare port, with nothing written to disk. */
export async function startRedis() {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'applications-redis-'));
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawnBound('redis-server', settings.map(String));
  for (let tries = 0; ; tries += 1) {
    try {
      await redis(port, 'PING');
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const stop = async () => {
    child.stdin.end();
    await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  return { port, command: (...words) => redis(port, ...words), stop };
}
