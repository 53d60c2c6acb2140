import express from './index.js';

export const { Caller, Guard, Refusal } = express;
