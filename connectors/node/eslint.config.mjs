import js from '@eslint/js';

const node = Object.fromEntries(
  [
    ...['AbortSignal', 'Buffer', 'Request', 'Response', 'URL', 'clearTimeout', 'console', 'fetch', 'globalThis'],
    ...['process', 'setImmediate', 'setTimeout'],
    ...['CryptoKey', 'Headers', 'URLSearchParams', 'crypto'],
  ].map((name) => [name, 'readonly']),
);

export default [
  { ignores: ['**/dist/', '**/.next/', '**/build/', '**/*.ts', '**/*.mts', '**/*.tsx'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: node },
    rules: {
      eqeqeq: 'error',
      complexity: ['error', 12],
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 250, skipBlankLines: true }],
      'max-params': ['error', 5],
      'no-shadow': 'error',
      'no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.jsx'],
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
  },
  {
    files: ['test/**/*.mjs'],
    languageOptions: { globals: { Headers: 'readonly', URLSearchParams: 'readonly' } },
  },
  {
    files: ['test/browser*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['BroadcastChannel', 'location', 'localStorage', 'sessionStorage'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['{kit,service,events}/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        ...Object.fromEntries(
          [
            ...['AbortController', 'Headers', 'TextDecoder', 'TransformStream', 'URLSearchParams', 'performance'],
            ...['clearInterval', 'module', 'require', 'setInterval'],
          ].map((name) => [name, 'readonly']),
        ),
        ...node,
        module: 'writable',
      },
    },
  },
  {
    files: ['lib/**/*.js', '{express,fastify,hono,nestjs,next,testing}/*.js', 'index.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { ...node, module: 'writable', require: 'readonly' },
    },
  },
  {
    files: ['login/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { ...node, module: 'writable', require: 'readonly' },
    },
  },
];
