//! `credenza completion`: scripts that complete commands and options in a shell.

use clap::{Args, Command};
use clap_complete::aot::{Shell, generate};

use super::Failure;
use super::output::Answer;

const EXAMPLES: &str = "\
Examples:
  credenza completion bash > ~/.local/share/bash-completion/completions/credenza
      For bash, from the next shell on
  credenza completion zsh > \"${fpath[1]}/_credenza\"
      For zsh, where compinit is used
  credenza completion fish > ~/.config/fish/completions/credenza.fish
      For fish";

/// `credenza completion SHELL`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Completion {
    /// The shell
    shell: Shell,
}

impl Completion {
    /// The script, made of the same definition that parses the command line.
    pub(super) fn run(self, command: &mut Command) -> Result<Answer, Failure> {
        let mut script = vec![];
        generate(self.shell, command, "credenza", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        Answer::done(&script, script.trim_end())
    }
}
