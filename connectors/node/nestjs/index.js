'use strict';

const { Caller, Needs, Public } = require('./decorators.js');
const { CredenzaGuard, Guard } = require('./guard.js');
const { CredenzaModule } = require('./module.js');
const { RefusalException } = require('./refusal.js');
const { webSocketAdapter } = require('./websockets.js');

module.exports = { Caller, CredenzaGuard, CredenzaModule, Guard, Needs, Public, RefusalException, webSocketAdapter };
