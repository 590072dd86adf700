//! How a command can end other than well, in words and as an exit code.

use std::process::ExitCode;

use clients::Error;
use serde_json::json;

/// Why a command was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The exchange, the connection or the file of keys.
    Exchange(Error),
    /// The same, with the order that would pass.
    Refused(Error, String),
    /// What was typed cannot be meant.
    Usage(String),
    /// A file proves nothing.
    Unproven(String),
    /// The data of the exchange does not fit together.
    Gap(String),
    /// The doctor found something bad, and has said what.
    Sick,
    /// An order was sent, and nobody knows what became of it.
    Unknown(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Exchange(error)
    }
}

impl Failure {
    /// Prints it and gives its exit code.
    pub(crate) fn report(&self, as_json: bool) -> ExitCode {
        match self {
            Self::Exchange(Error::Refused { code, name, data })
            | Self::Refused(Error::Refused { code, name, data }, _)
                if as_json =>
            {
                println!("{}", json!({ "code": code, "message": name, "data": data }));
            }
            Self::Exchange(error) => eprintln!("ghx: {error}{}", advice(error)),
            Self::Refused(error, nearest) => eprintln!("ghx: {error}\n     {nearest}"),
            Self::Sick => {}
            Self::Usage(text) | Self::Unproven(text) | Self::Gap(text) | Self::Unknown(text) => {
                eprintln!("ghx: {text}");
            }
        }
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Exchange(error) | Self::Refused(error, _) => code_of(error),
            Self::Unproven(_) => 1,
            Self::Usage(_) => 2,
            Self::Sick => 3,
            Self::Gap(_) => 4,
            Self::Unknown(_) => 5,
        }
    }
}

/// Login errors are those of the first thousand and belong to the connection.
fn code_of(error: &Error) -> u8 {
    match error {
        Error::Refused { code: 1001..=1007, .. } => 3,
        Error::Refused { .. } if error.is_final() => 1,
        Error::Refused { .. } => 5,
        Error::TimedOut(method) if changes_something(method) => 5,
        _ => 3,
    }
}

fn changes_something(method: &str) -> bool {
    let methods = [
        "order.place",
        "order.cancel",
        "order.cancel_all",
        "quote.mass",
        "account.kill",
        "combination.define",
        "block.propose",
        "block.confirm",
        "block.withdraw",
    ];
    methods.contains(&method)
}

fn advice(error: &Error) -> &'static str {
    match error {
        Error::Io { .. } => "\n     start a market with `cargo demo`, or name a file with --keys",
        Error::TimedOut(_) => "\n     it is safe to ask again",
        Error::Connect { .. } => "\n     is the market running? start one with `cargo demo`",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn refused(code: i32, is_final: bool) -> Error {
        let data = Map::from_iter([("final".to_owned(), is_final.into())]);
        Error::Refused { code, name: "NAME".to_owned(), data }
    }

    #[test]
    fn exit_codes_are_those_of_the_help() {
        assert_eq!(Failure::Exchange(refused(2004, true)).code(), 1);
        assert_eq!(Failure::Unproven(String::new()).code(), 1);
        assert_eq!(Failure::Usage(String::new()).code(), 2);
        assert_eq!(Failure::Exchange(refused(1002, true)).code(), 3);
        assert_eq!(Failure::Exchange(Error::Closed(String::new())).code(), 3);
        assert_eq!(Failure::Exchange(Error::TimedOut("session.login")).code(), 3);
        assert_eq!(Failure::Gap(String::new()).code(), 4);
        assert_eq!(Failure::Exchange(Error::TimedOut("order.cancel")).code(), 5);
        assert_eq!(Failure::Exchange(refused(5001, false)).code(), 5);
        assert_eq!(Failure::Unknown(String::new()).code(), 5);
    }
}
