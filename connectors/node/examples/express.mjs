// An API built on Express: node examples/express.mjs

import { Guard } from '@credenza/connectors/express';
import express from 'express';

import { options, port, read, refund, tell } from './settings.mjs';

const guard = new Guard(options);
const app = express();
const greet = (request, response) => response.send(`Hello ${request.caller?.sub ?? 'whoever you are'}\n`);

app.use(guard.metadata());
app.get('/', guard.optional(), greet);
app.get('/orders', guard.requires(read), greet);
app.post('/refunds', guard.requires(refund), greet);

tell(guard);
app.listen(port, 'localhost', () => console.log(`listening: ${options.audience}`));
