//! The load client of `tests/bench/run`: a closed loop on keep-alive connections against one server, counted per
//! CPU-second of that server's process.
//!
//! It runs on one thread and speaks HTTP/1.1 by hand, so that it leaves the machine to what it measures. Every
//! answer is checked; one refused answer fails the run.

mod browser;
mod form;
mod http;
mod measure;
mod operation;
mod process;
mod start;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Whatever goes wrong ends the run with its text.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(about = "Closed-loop load on an OpenID provider, and its start and memory; prints one JSON object")]
struct Cli {
    #[command(subcommand)]
    mode: Mode,
}

#[derive(Subcommand)]
enum Mode {
    /// The client_credentials grant (RFC 6749 section 4.4).
    ClientCredentials(Load),
    /// A whole code flow with PKCE, with a live session and remembered consent; one flow is two requests.
    CodeFlow(Load),
    /// The refresh_token grant with rotation; each connection owns one chain.
    Refresh(Load),
    /// Introspection of a live access token (RFC 7662).
    Introspect(Load),
    /// Userinfo by GET with a bearer token.
    Userinfo(Load),
    /// The discovery document.
    Discovery(Load),
    /// Any address, with a bearer token.
    Get(Load),
    /// From exec to the first 200, several times.
    Start(start::Start),
    /// Resident memory of a process.
    Memory(Process),
}

#[derive(Args)]
struct Process {
    /// The process to look at.
    #[arg(long)]
    pid: u32,
}

/// What to send, where, and for how long.
#[derive(Args)]
struct Load {
    /// The process whose CPU time counts.
    #[arg(long)]
    pid: u32,
    /// The issuer; its discovery document names the endpoints.
    #[arg(long)]
    issuer: String,
    /// The token endpoint of a server that has no discovery document.
    #[arg(long)]
    token_endpoint: Option<String>,
    /// The address that is asked for, in place of an operation.
    #[arg(long)]
    url: Option<String>,
    #[arg(long, env = "BENCH_BEARER", hide_env_values = true, default_value = "")]
    bearer: String,
    #[arg(long, default_value = "")]
    client_id: String,
    #[arg(long, env = "BENCH_CLIENT_SECRET", hide_env_values = true, default_value = "")]
    client_secret: String,
    #[arg(long, default_value = "https://rp.example/callback")]
    redirect_uri: String,
    #[arg(long, default_value = "ada")]
    username: String,
    #[arg(long, env = "BENCH_PASSWORD", hide_env_values = true, default_value = "")]
    password: String,
    #[arg(long, default_value_t = 32)]
    connections: u32,
    /// Seconds of load before the window.
    #[arg(long, default_value_t = 1.0)]
    warm_up: f64,
    /// Seconds of the measured window.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

fn run(mode: &Mode) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let measure =
        |kind, load| runtime.block_on(tokio::task::LocalSet::new().run_until(measure::measure(kind, load)));
    match mode {
        Mode::ClientCredentials(load) => measure(operation::Kind::ClientCredentials, load),
        Mode::CodeFlow(load) => measure(operation::Kind::CodeFlow, load),
        Mode::Refresh(load) => measure(operation::Kind::Refresh, load),
        Mode::Introspect(load) => measure(operation::Kind::Introspect, load),
        Mode::Userinfo(load) => measure(operation::Kind::Userinfo, load),
        Mode::Discovery(load) => measure(operation::Kind::Discovery, load),
        Mode::Get(load) => measure(operation::Kind::Get, load),
        Mode::Start(start) => start::measure(start),
        Mode::Memory(Process { pid }) => Ok(serde_json::to_string(&process::memory(*pid)?)?),
    }
}

fn main() -> ExitCode {
    match run(&Cli::parse().mode) {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench-load: {error}");
            ExitCode::FAILURE
        }
    }
}
