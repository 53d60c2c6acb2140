'use strict';

const { SetMetadata, createParamDecorator } = require('@nestjs/common');
const { Requirement } = require('@credenza/validator');

const { httpOf } = require('./contexts.js');

const ROUTE = 'credenza:route';

/** What a handler, or every handler of a controller, asks for. That of a handler stands in place of its controller's. */
function Needs(needs = {}, { optional = false } = {}) {
  // Read once more by the guard; here, so that a mistake shows where it is made.
  new Requirement(needs);
  return SetMetadata(ROUTE, { needs, optional });
}

/** Lets everybody call a handler, without reading any credentials, where the guard stands in front of all. */
const Public = () => SetMetadata(ROUTE, { isPublic: true });

/** The caller in the parameters of a handler, or one member of it. */
const Caller = createParamDecorator((member, context) => {
  const caller = httpOf(context).request.caller ?? null;
  return member === undefined ? caller : caller?.[member];
});

module.exports = { Caller, Needs, Public, ROUTE };
