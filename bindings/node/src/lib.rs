//! The native part of the npm package `@credenza/validator`: what its JavaScript calls, and no more. Objects are handed
//! over as JSON, once; a check is one crossing, a token in and the text of its claims out.

mod jose;
mod native_validator;
mod outcome;
mod test_issuer;
