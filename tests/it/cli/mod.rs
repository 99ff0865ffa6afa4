//! The command line: `[-v] [METHOD] [PATH] [JSON]`.

mod calls;
mod help;
mod json;
mod misuse;
mod output;
