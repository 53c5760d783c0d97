//! The program. All of it is in the library, which is compiled once.

fn main() -> std::process::ExitCode {
    maillage::commands::program::main()
}
