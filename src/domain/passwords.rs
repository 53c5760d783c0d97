//! What may be a password.

use std::collections::HashSet;

use super::error::{ViolationCode, Violations};

/// Fewest characters.
const FEWEST: usize = 12;
/// Most characters.
const MOST: usize = 200;
/// Fewest characters that differ.
const FEWEST_DIFFERENT: usize = 5;

/// The password of the demo's accounts, which everyone knows: good in a demo alone.
pub const DEMO: &str = "cooperer-a-dreux";

/// Long enough and still tried first by whoever guesses.
const COMMON: [&str; 26] = [
    DEMO,
    "1234567890123",
    "123456789012",
    "012345678910",
    "0123456789012",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwerty123456",
    "azertyuiop12",
    "azertyuiop123",
    "azerty123456",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "motdepasse12",
    "motdepasse123",
    "motdepasse1234",
    "motdepassemotdepasse",
    "administrateur",
    "administrator",
    "letmeinletmein",
    "iloveyou1234",
    "maillagemaillage",
];

/// Says what is wrong with a new password of someone with this address.
pub fn check(path: &str, password: &str, email: &str, found: &mut Violations) {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let different = lower.chars().collect::<HashSet<_>>().len();
    if length < FEWEST {
        found.add(path, ViolationCode::Invalid, format!("has {length} characters: take {FEWEST} at least"));
    } else if length > MOST {
        found.add(path, ViolationCode::TooLong, format!("has {length} characters: take {MOST} at most"));
    } else if lower == email.to_lowercase() {
        found.add(path, ViolationCode::Invalid, "is the e-mail address: take another");
    } else if different < FEWEST_DIFFERENT || COMMON.contains(&lower.as_str()) {
        found.add(path, ViolationCode::Invalid, "is among the first that are guessed: take another");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(password: &str) -> Option<String> {
        let mut found = Violations::default();
        check("password", password, "Amina@example.org", &mut found);
        found.0.into_iter().next().map(|violation| violation.message)
    }

    #[test]
    fn long_ones_are_taken_whatever_they_are_made_of() {
        for good in ["correct horse battery staple", "été à la mer", &"mot de passe ".repeat(15)] {
            assert_eq!(wrong(good), None, "{good}");
        }
    }

    #[test]
    fn short_common_and_obvious_ones_are_not() {
        for bad in [
            "",
            "onze lettre",
            &"long ".repeat(41),
            "aMINA@example.org",
            "aaaaaaaaaaaaaaa",
            "Motdepasse1234",
            DEMO,
        ] {
            assert!(wrong(bad).is_some(), "{bad}");
        }
    }
}
