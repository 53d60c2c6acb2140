import { login } from '../../../login.js';

export const { GET, POST } = login.handlers();
