//! The native part of the npm package `@credenza/validator`: what its JavaScript calls, and no more. Objects are handed
//! over as JSON, once; a check is one crossing, a token in and the text of its claims out.

pub mod jose;
pub mod native_validator;
pub mod outcome;
pub mod test_issuer;
