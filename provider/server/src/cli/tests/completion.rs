//! What is completed, by the shell itself.

use std::process::Command as Process;

use super::*;

fn script(shell: &str) -> String {
    let cli = Cli::try_parse_from(["credenza", "completion", shell]).unwrap();
    let Command::Completion(completion) = cli.command else { panic!("another command") };
    let answer = completion.run(&mut Cli::command()).unwrap();
    answer.body.as_str().unwrap().to_owned()
}

#[test]
fn each_shell_has_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let script = script(shell);
        for word in ["registration-token", "rotate-secret", "healthcheck"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert!(Cli::try_parse_from(["credenza", "completion", "cmd"]).is_err());
}

#[test]
fn bash_completes_commands_verbs_and_options() {
    // What is typed, the word before it, and what comes of it.
    let cases = [
        ("credenza healthc", "healthc", "credenza", vec!["healthcheck"]),
        ("credenza client cre", "cre", "client", vec!["create"]),
        ("credenza key rotate --al", "--al", "rotate", vec!["--algorithm"]),
    ];
    let file = std::env::temp_dir().join(format!("credenza-completion-{}", std::process::id()));
    for (line, current, previous, expected) in cases {
        let ask = format!("COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))");
        let call = format!("_credenza credenza {current} {previous}; printf '%s\\n' \"${{COMPREPLY[@]}}\"");
        std::fs::write(&file, format!("{}\n{ask}\n{call}\n", script("bash"))).unwrap();
        let done = Process::new("bash").arg(&file).output().unwrap();
        let printed = String::from_utf8(done.stdout).unwrap();
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(printed.lines().collect::<Vec<_>>(), expected, "{line}: {error}");
    }
    std::fs::remove_file(&file).unwrap();
}
