//! What the issuer and the API respond, and what the program makes of it.

mod api;
mod issuer;
mod redaction;

use crate::stub::Stub;

/// What a row is called, and the response.
type Row = (&'static str, Stub);

const HTML: &str = "<!DOCTYPE html><html><title>Blocked</title><script>alert(1)</script></html>";
