import type { Options, Provider } from './index.mjs';

/** A provider that starts before the tests of a file, is put back before each, and stops after them. */
export function useProvider(options?: Options): Provider;
