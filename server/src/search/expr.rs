//! What is asked of the index, in the words of either database.

use std::collections::{BTreeMap, BTreeSet};

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

    /// The beginnings that are asked for.
    pub fn beginnings(&self) -> BTreeSet<&str> {
        match self {
            Self::Token(_) | Self::Row(_) => BTreeSet::new(),
            Self::Beginning(token) => BTreeSet::from([token.as_str()]),
            Self::OpenRow(tokens) => tokens.last().map(String::as_str).into_iter().collect(),
            Self::All(all) | Self::Any(all) => all.iter().flat_map(Self::beginnings).collect(),
            Self::Without(one, other) => one.beginnings().into_iter().chain(other.beginnings()).collect(),
        }
    }

    /// The same, with the tokens that have them in the place of beginnings.
    #[must_use]
    pub fn spelled_out(self, tokens: &BTreeMap<String, Vec<String>>) -> Self {
        let each = |all: Vec<Self>| all.into_iter().map(|one| one.spelled_out(tokens)).collect();
        let any = |all: Vec<Self>, or: Self| if all.is_empty() { or } else { Self::Any(all) };
        match self {
            Self::Beginning(token) => match tokens.get(&token) {
                Some(all) => any(all.iter().cloned().map(Self::Token).collect(), Self::Token(token)),
                None => Self::Beginning(token),
            },
            Self::OpenRow(row) => match row.split_last().and_then(|(last, rest)| Some((tokens.get(last)?, rest))) {
                Some((all, rest)) => {
                    let rows = all.iter().map(|token| Self::Row([rest, std::slice::from_ref(token)].concat()));
                    any(rows.collect(), Self::Row(row))
                }
                None => Self::OpenRow(row),
            },
            Self::All(all) => Self::All(each(all)),
            Self::Any(all) => Self::Any(each(all)),
            Self::Without(one, other) => one.spelled_out(tokens).without(other.spelled_out(tokens)),
            Self::Token(_) | Self::Row(_) => self,
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

    #[test]
    fn beginnings_are_spelled_out() {
        let open = Expr::OpenRow(vec![String::from("wa"), String::from("wbu")]);
        let asked = Expr::Any(vec![Expr::Beginning(String::from("wbu")), Expr::Beginning(String::from("mbu")), open]);
        let asked = asked.without(Expr::Beginning(String::from("hbu")));
        assert_eq!(asked.beginnings().into_iter().collect::<Vec<_>>(), ["hbu", "mbu", "wbu"]);
        let words = |all: &[&str]| all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let known = BTreeMap::from([(String::from("wbu"), words(&["wbus", "wbush"])), (String::from("mbu"), words(&[]))]);
        let spelled = asked.spelled_out(&known).as_fts5();
        assert_eq!(spelled, r#"((("wbus" OR "wbush") OR "mbu" OR ("wa wbus" OR "wa wbush")) NOT "hbu"*)"#);
    }
}
