// Classes of Nest without TypeScript, which applies decorators in the same way.

/** A class with these methods, each with its decorators behind it, and with these decorators of the class. */
export function classOf(methods, ...decorators) {
  class Made {}
  for (const [name, [method, ...own]] of Object.entries(methods)) {
    // Of its own, as decorators write on the function.
    Made.prototype[name] = (...values) => method(...values);
    const descriptor = Object.getOwnPropertyDescriptor(Made.prototype, name);
    for (const decorator of own) decorator(Made.prototype, name, descriptor);
  }
  for (const decorator of decorators) decorator(Made);
  return Made;
}
