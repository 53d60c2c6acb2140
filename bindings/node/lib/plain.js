'use strict';

/** Whether a value is an object as a literal makes it, and not of a class: JSON would drop or change what that has. */
function isPlain(value) {
  const prototype = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === null;
}

module.exports = { isPlain };
