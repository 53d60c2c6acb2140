import validator from './index.js';

export const {
  Allowed,
  Denied,
  IssuerError,
  NeedsFetch,
  Requirement,
  SettingsError,
  Validator,
  certificateThumbprint,
  jose,
} = validator;
export * from './index.js';
