//! Conditions of a SELECT, put together with their values.

use sqlx::AssertSqlSafe;

/// SQL under construction: values get their places as they come.
#[derive(Debug, Default)]
pub(super) struct Clause {
    pub(super) values: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    Number(i64),
}

impl Clause {
    /// The place of a text; `$1` is the district.
    pub(super) fn text(&mut self, value: &str) -> String {
        self.values.push(Value::Text(value.to_owned()));
        format!("${}", self.values.len() + 1)
    }

    pub(super) fn number(&mut self, value: i64) -> String {
        self.values.push(Value::Number(value));
        format!("${}", self.values.len() + 1)
    }

    pub(super) fn any_of<'v>(&mut self, column: &str, values: impl IntoIterator<Item = &'v str>) -> String {
        let all: Vec<String> = values.into_iter().map(|v| self.text(v)).collect();
        match all.as_slice() {
            [] => String::new(),
            [one] => format!(" AND {column} = {one}"),
            many => format!(" AND {column} IN ({})", many.join(", ")),
        }
    }

    /// Rows by key: reads these keys first, as `these.column1`, and then what is joined to them. Not `IN`: SQLite's planner
    /// takes one district's rows for few, and walks them all rather than look up some.
    pub(super) fn these<'v>(&mut self, keys: impl IntoIterator<Item = &'v str>) -> String {
        let places: Vec<String> = keys.into_iter().map(|key| format!("({})", self.text(key))).collect();
        format!("(VALUES {}) AS these CROSS JOIN", places.join(", "))
    }

    pub(super) fn bind<'q>(
        &'q self,
        sql: String,
        district: &'q str,
    ) -> sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(sql)).bind(district);
        self.values.iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text.as_str()),
            Value::Number(number) => query.bind(*number),
        })
    }
}
