//! What is asked of the index, in the words of either database.

/// A condition on tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    Token(String),
    /// Any token that begins so.
    Beginning(String),
    /// These, one after the other.
    Row(Vec<String>),
    /// These, of which the last only begins so.
    OpenRow(Vec<String>),
    All(Vec<Self>),
    Any(Vec<Self>),
    /// The first, without the second.
    Without(Box<Self>, Box<Self>),
}

impl Expr {
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self::Without(Box::new(self), Box::new(other))
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut all) => {
                all.push(other);
                Self::All(all)
            }
            one => Self::All(vec![one, other]),
        }
    }

    /// For SQLite's FTS5. Tokens have no quotation marks: they are letters and digits.
    pub fn as_fts5(&self) -> String {
        let joined = |all: &[Self], by: &str| format!("({})", all.iter().map(Self::as_fts5).collect::<Vec<_>>().join(by));
        match self {
            Self::Token(token) => format!("\"{token}\""),
            Self::Beginning(token) => format!("\"{token}\"*"),
            Self::Row(tokens) => format!("\"{}\"", tokens.join(" ")),
            Self::OpenRow(tokens) => format!("\"{}\"*", tokens.join(" ")),
            Self::All(all) => joined(all, " AND "),
            Self::Any(all) => joined(all, " OR "),
            Self::Without(one, other) => format!("({} NOT {})", one.as_fts5(), other.as_fts5()),
        }
    }

    /// For PostgreSQL's `tsquery`.
    pub fn as_tsquery(&self) -> String {
        let joined = |all: &[Self], by: &str| format!("({})", all.iter().map(Self::as_tsquery).collect::<Vec<_>>().join(by));
        match self {
            Self::Token(token) => format!("'{token}'"),
            Self::Beginning(token) => format!("'{token}':*"),
            Self::Row(tokens) => format!("({})", quoted(tokens)),
            Self::OpenRow(tokens) => format!("({}:*)", quoted(tokens)),
            Self::All(all) => joined(all, " & "),
            Self::Any(all) => joined(all, " | "),
            Self::Without(one, other) => format!("({} & !{})", one.as_tsquery(), other.as_tsquery()),
        }
    }
}

fn quoted(tokens: &[String]) -> String {
    tokens.iter().map(|t| format!("'{t}'")).collect::<Vec<_>>().join(" <-> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_asked_the_same() {
        let token = |t: &str| Expr::Token(t.to_owned());
        let asked = Expr::All(vec![token("d1"), Expr::Any(vec![token("sbus"), Expr::Beginning(String::from("wbu"))])])
            .without(Expr::Row(vec![String::from("wa"), String::from("wb")]));
        assert_eq!(asked.as_fts5(), r#"(("d1" AND ("sbus" OR "wbu"*)) NOT "wa wb")"#);
        assert_eq!(asked.as_tsquery(), "(('d1' & ('sbus' | 'wbu':*)) & !('wa' <-> 'wb'))");
    }
}
