import { after, before, beforeEach } from 'node:test';
import testing from './index.js';

export function useProvider(options) {
  return testing.hooked({ afterAll: after, beforeAll: before, beforeEach }, options);
}
