//! The vectors of `tests/vectors/validator`: the tables that they are made from, and their run through this library.
//!
//! Made with every feature; run with any, by ring or by aws-lc-rs. `VECTORS=write` writes the files anew.
#![cfg(test)]

mod runner;

#[cfg(feature = "jwe")]
mod case;
#[cfg(feature = "jwe")]
mod cases;
#[cfg(feature = "jwe")]
mod denial;
#[cfg(feature = "jwe")]
mod files;
#[cfg(feature = "jwe")]
mod frozen;
#[cfg(feature = "jwe")]
mod jose;
#[cfg(feature = "jwe")]
mod keys;
#[cfg(feature = "jwe")]
mod ready;
#[cfg(feature = "jwe")]
mod token;

use std::path::PathBuf;

/// Where the files are.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/validator")
}

/// The names of the files, in their order.
fn names() -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort();
    names
}
