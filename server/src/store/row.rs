//! Reads a row column by column, in the order of the SELECT.

use super::Result;
use crate::error::Error;
use sqlx::any::AnyRow;
use sqlx::{Any, Decode, Row, Type};

pub(super) struct Columns<'r> {
    row: &'r AnyRow,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r AnyRow) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn take<T>(&mut self) -> Result<T>
    where
        T: Decode<'r, Any> + Type<Any>,
    {
        let value = self.row.try_get(self.next)?;
        self.next += 1;
        Ok(value)
    }

    pub(super) fn text(&mut self) -> Result<String> {
        self.take()
    }

    /// Ids that are parted by spaces.
    pub(super) fn words(&mut self) -> Result<Vec<String>> {
        Ok(self.text()?.split_whitespace().map(str::to_owned).collect())
    }

    pub(super) fn flag(&mut self) -> Result<bool> {
        Ok(self.take::<i64>()? != 0)
    }

    /// A word of a closed vocabulary; another one means that the database is newer than we are.
    pub(super) fn word<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<T> {
        let text = self.text()?;
        parse(&text).ok_or_else(|| Error::Corrupt(format!("unknown word in column {}", self.next)))
    }

    pub(super) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|e| Error::Corrupt(e.to_string()))
    }
}
