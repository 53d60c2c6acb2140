export * from './replays.js';
