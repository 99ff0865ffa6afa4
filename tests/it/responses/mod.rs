//! What the issuer and the API respond, and what the program makes of it.

mod api;
mod issuer;
mod redaction;

use crate::stub::Stub;

/// A response, what the message says about it, and what of it the message must not show.
struct Case<'a> {
    name: &'a str,
    response: Stub,
    says: &'a [&'a str],
    lacks: &'a [&'a str],
}

fn case<'a>(name: &'a str, response: Stub, says: &'a [&'a str]) -> Case<'a> {
    Case {
        name,
        response,
        says,
        lacks: &[],
    }
}

impl<'a> Case<'a> {
    fn lacks(mut self, words: &'a [&'a str]) -> Case<'a> {
        self.lacks = words;
        self
    }
}
