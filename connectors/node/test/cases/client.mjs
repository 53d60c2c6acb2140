// A client that sends the fields of a request as they are given, duplicates too, and reads the whole answer.

import { connect } from 'node:net';

/** The fields of a head, by their names in lower case; lines of one field are joined with commas. */
function fieldsOf(lines) {
  const fields = new Map();
  for (const line of lines) {
    const at = line.indexOf(':');
    const [name, value] = [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    fields.set(name, fields.has(name) ? `${fields.get(name)}, ${value}` : value);
  }
  return fields;
}

/** The content of a body that is sent in chunks (RFC 9112 section 7.1). */
function unchunked(body) {
  let [content, rest] = ['', body];
  for (;;) {
    const [size] = /^[0-9a-f]+/i.exec(rest) ?? ['0'];
    const start = rest.indexOf('\r\n') + 2;
    const length = parseInt(size, 16);
    if (length === 0) return content;
    content += rest.slice(start, start + length);
    rest = rest.slice(start + length + 2);
  }
}

/** An answer, of which every octet is one character. */
function answerOf(received) {
  const at = received.indexOf('\r\n\r\n');
  const [first, ...lines] = received.slice(0, at).split('\r\n');
  const headers = fieldsOf(lines);
  const rest = received.slice(at + 4);
  const octets = headers.get('transfer-encoding') === 'chunked' ? unchunked(rest) : rest;
  return { status: Number(first.split(' ')[1]), headers, body: Buffer.from(octets, 'latin1').toString() };
}

/** The text of the first frame of a WebSocket, which is short enough for two bytes of length (RFC 6455 section 5.2). */
function firstMessage(received) {
  const octets = Buffer.from(received.slice(received.indexOf('\r\n\r\n') + 4), 'latin1');
  if (octets.length < 2) return undefined;
  const [start, length] = octets[1] < 126 ? [2, octets[1]] : [4, octets.readUInt16BE(2)];
  return octets.length < start + length ? undefined : octets.subarray(start, start + length).toString();
}

/** Whether a handshake is refused, or the first message is there; a refusal may leave the connection open. */
function isComplete(received) {
  if (!received.includes('\r\n\r\n')) return false;
  const { status, headers, body } = answerOf(received);
  return status === 101
    ? firstMessage(received) !== undefined
    : Buffer.byteLength(body) >= Number(headers.get('content-length'));
}

async function read(socket, isUpgrade) {
  let received = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket) {
    received += chunk;
    if (isUpgrade && isComplete(received)) break;
  }
  const answer = answerOf(received);
  return answer.status === 101 ? { ...answer, body: firstMessage(received) } : answer;
}

/** Sends a request to a port of this machine. */
export async function send(port, { method, path, headers, body = '', websocket = false }) {
  const has = (name) => headers.some(([own]) => own.toLowerCase() === name);
  const fields = [...headers];
  if (!has('host')) fields.unshift(['Host', 'api.example']);
  if (!websocket && !has('connection')) fields.push(['Connection', 'close']);
  if (body !== '' && !has('content-length')) fields.push(['Content-Length', String(Buffer.byteLength(body))]);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')));
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines}\r\n${body}`);
  const answer = await read(socket, websocket);
  socket.destroy();
  return answer;
}
