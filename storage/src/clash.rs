//! For whom a user could be taken.

/// For whom a user could be taken. Each names the other user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Clash {
    /// Their usernames look alike (UTS 39 4).
    LooksLike(String),
    /// The username is the verified email address of the other.
    UsernameIsAddress(String),
    /// The verified email address is the username of the other.
    AddressIsUsername(String),
}
