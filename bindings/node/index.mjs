import validator from './index.js';

export const { Allowed, Denied, NeedsFetch, Requirement, SettingsError, Validator, certificateThumbprint, jose } =
  validator;
