import { afterAll, beforeAll, beforeEach } from 'vitest';
import testing from './index.js';

export function useProvider(options) {
  return testing.hooked({ afterAll, beforeAll, beforeEach }, options);
}
