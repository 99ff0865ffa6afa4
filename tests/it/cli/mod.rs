//! The command line: `[METHOD] [PATH] [JSON]`.

mod calls;
mod help;
mod misuse;
mod output;
