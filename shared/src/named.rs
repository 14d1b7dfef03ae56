//! A few values by name.
//!
//! Forms have a handful of fields, so a sorted list is as fast as a tree, and its code is a tenth of one: the
//! widget's visitors download it.

use crate::compact::compact_struct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Values by name, in the order of the names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<V>(Vec<(String, V)>);

compact_struct!(Named<V> { 0 });

impl<V> Default for Named<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Named<V> {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Where the name is, or where it would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        let at = self.0.iter().position(|(other, _)| other.as_str() >= name).unwrap_or(self.0.len());
        if self.0.get(at).is_some_and(|(other, _)| other == name) { Ok(at) } else { Err(at) }
    }

    pub fn get(&self, name: &str) -> Option<&V> {
        self.place(name).ok().map(|at| &self.0[at].1)
    }

    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Puts a value in, in the place of one of the same name.
    pub fn insert(&mut self, name: String, value: V) {
        match self.place(&name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// The value of this name, made when there is none.
    pub fn or_insert_with(&mut self, name: &str, make: impl FnOnce() -> V) -> &mut V {
        let at = match self.place(name) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (name.to_owned(), make()));
                at
            }
        };
        &mut self.0[at].1
    }

    pub fn remove(&mut self, name: &str) -> Option<V> {
        self.place(name).ok().map(|at| self.0.remove(at).1)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&String, &V)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }
}

/// A JSON object.
impl<V: Serialize> Serialize for Named<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Named<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from_iter)
    }
}

impl<V> IntoIterator for Named<V> {
    type Item = (String, V);
    type IntoIter = std::vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<V> Extend<(String, V)> for Named<V> {
    fn extend<T: IntoIterator<Item = (String, V)>>(&mut self, all: T) {
        for (name, value) in all {
            self.insert(name, value);
        }
    }
}

impl<V> FromIterator<(String, V)> for Named<V> {
    fn from_iter<T: IntoIterator<Item = (String, V)>>(all: T) -> Self {
        let mut named = Self::new();
        named.extend(all);
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is put in and taken out, it holds what a tree would hold.
        #[test]
        fn it_is_a_map(steps in prop::collection::vec(("[a-c]{0,2}", any::<Option<u8>>()), 0..40)) {
            let (mut named, mut map) = (Named::new(), BTreeMap::new());
            for (name, value) in steps {
                match value {
                    Some(value) => {
                        named.insert(name.clone(), value);
                        map.insert(name.clone(), value);
                    }
                    None => prop_assert_eq!(named.remove(&name), map.remove(&name)),
                }
                prop_assert_eq!(named.get(&name), map.get(&name));
                prop_assert!(named.iter().eq(map.iter()));
            }
        }
    }
}
