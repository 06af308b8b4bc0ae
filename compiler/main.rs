//! The `pyrsc` command; its parts are in `cli/`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
