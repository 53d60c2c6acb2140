'use strict';

const { STATUS_CODES } = require('node:http');

const { Catch, HttpException } = require('@nestjs/common');

/** A refusal as exceptions of Nest are. The fields of the answer are set by then; filters decide about its body. */
class RefusalException extends HttpException {
  constructor(refusal) {
    const { error, status } = refusal.toJSON();
    super(HttpException.createBody(STATUS_CODES[status], error ?? '', status), status, { cause: refusal });
    this.refusal = refusal;
  }
}

/** Answers with the body that the guard means: none, unless it is debugging. A filter of the application's own goes first. */
class RefusalFilter {
  #adapters;

  constructor(adapters) {
    this.#adapters = adapters;
  }

  catch({ refusal }, host) {
    if (host.getType() !== 'http') return;
    this.#adapters.httpAdapter.reply(host.switchToHttp().getResponse(), refusal.body || undefined, refusal.status);
  }
}

Catch(RefusalException)(RefusalFilter);

module.exports = { RefusalException, RefusalFilter };
