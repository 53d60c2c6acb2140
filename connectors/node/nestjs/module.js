'use strict';

const { Module } = require('@nestjs/common');
const { APP_FILTER, APP_GUARD, HttpAdapterHost } = require('@nestjs/core');

const { CredenzaGuard, Guard } = require('./guard.js');
const { RefusalFilter } = require('./refusal.js');

const OPTIONS = 'credenza:options';

/** The module with whatever provides its options. */
function moduleOf(options, { everywhere = false, imports = [] }) {
  const guard = { provide: Guard, inject: [OPTIONS], useFactory: (given) => new Guard(given) };
  const filter = {
    provide: APP_FILTER,
    inject: [HttpAdapterHost],
    useFactory: (adapters) => new RefusalFilter(adapters),
  };
  const providers = [options, guard, CredenzaGuard, filter];
  if (everywhere) providers.push({ provide: APP_GUARD, useExisting: CredenzaGuard });
  return { module: CredenzaModule, global: true, imports, providers, exports: [Guard, CredenzaGuard] };
}

/** Provides `Guard` and `CredenzaGuard` to the whole application. */
class CredenzaModule {
  static forRoot({ everywhere, ...options }) {
    return moduleOf({ provide: OPTIONS, useValue: options }, { everywhere });
  }

  static forRootAsync({ everywhere, imports, inject = [], useFactory }) {
    return moduleOf({ provide: OPTIONS, inject, useFactory }, { everywhere, imports });
  }
}

Module({})(CredenzaModule);

module.exports = { CredenzaModule };
