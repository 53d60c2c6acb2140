import service from './index.js';

export const {
  ClientToken,
  Invitations,
  Service,
  SignInLink,
  SignInLinks,
  Users,
  Conflict,
  Invalid,
  NotFound,
  RateLimited,
  Refused,
  ServiceError,
  Unavailable,
  UserAlreadyExists,
} = service;
