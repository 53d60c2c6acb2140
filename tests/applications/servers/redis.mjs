// A Redis of the run's own, and as much of its protocol (RESP2) as cases need.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startOwn } from './own.mjs';
import { spawnBound } from './process.mjs';

/** How long Redis may be silent, in milliseconds. */
const PATIENCE = 5_000;

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
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer of Redis to ${words[0]}`)));
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
export const startRedis = (options) => startOwn(startAt, options);

async function startAt(port) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'applications-redis-')));
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const { end } = spawnBound('redis-server', settings.map(String));
  const stop = async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  const isOwn = async () => {
    const [, found] = await redis(port, 'CONFIG', 'GET', 'dir').catch((error) => {
      if (/^(NOAUTH|NOPERM)/.test(error.message)) return [];
      throw error;
    });
    return found === folder;
  };
  return { isOwn, stop, started: { port, command: (...words) => redis(port, ...words), stop } };
}
