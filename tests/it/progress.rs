//! Each failure says what became of the tokens.

/// The refresh request was not sent.
pub const NOT_USED: &str = "The refresh token was not used.";
/// The issuer refused.
pub const NOT_REFRESHED: &str = "The tokens were not refreshed, and creds.json is unchanged.";
/// The new ones are in `creds.json`, and something failed later.
pub const SAVED: &str = "The tokens were refreshed and saved.";
/// The request was sent, and it cannot be known what the issuer did.
pub const UNKNOWN: &str = "Whether the tokens were refreshed is unknown. If they were, the next \
    run will say that the refresh token has been used.";
