import service from './index.js';

export const {
  ClientToken,
  Service,
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
