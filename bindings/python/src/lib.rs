//! The native half of the Python package `credenza`: types in, types out, and no rule. What is public in Python is in
//! `python/credenza`, whose stub `_credenza.pyi` describes this module.
//!
//! | file | holds |
//! |---|---|
//! | `validator` | `Validator`: each check is one crossing |
//! | `engine`, `flights` | the state of one process: the core, and the fetches under way |
//! | `claims`, `json` | `Claims`, whose dict is made when it is read |
//! | `decision`, `errors` | the result of a check |
//! | `fetch` | `Fetch` and `Response`, between the core and the host's client |
//! | `requirement` | `Requirement`, read once |
//! | `jose` | signatures and encryption alone, for vectors |
//! | `test_issuer` | an issuer in memory |

mod claims;
mod decision;
mod engine;
mod errors;
mod fetch;
mod flights;
mod jose;
mod json;
mod requirement;
mod test_issuer;
mod validator;

use pyo3::pymodule;

#[pymodule(gil_used = false)]
mod _credenza {
    /// The version of the package.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use crate::{
        claims::{Claims, restored_claims},
        decision::{Allowed, Refused},
        engine::after_fork,
        fetch::{Fetch, Response},
        jose::{certificate_thumbprint, jose_decrypt, jose_verify, jose_verify_hmac},
        requirement::Requirement,
        test_issuer::TestIssuer,
        validator::Validator,
    };
}
