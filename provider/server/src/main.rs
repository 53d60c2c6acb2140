//! The binary `credenza`.

use std::process::ExitCode;

fn main() -> ExitCode {
    credenza::cli::main()
}
