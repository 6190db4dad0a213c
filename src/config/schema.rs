//! Which keys exist, taken from serde itself. There is no separate list of keys that could become
//! outdated.
//!
//! [`shape_of`] deserialises the type from a source that contains only one path. What the type asks
//! for at the end of the path (`deserialize_struct` with its field names, `deserialize_enum` with
//! its variants, …) is the answer.

use std::cell::Cell;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

/// What a key may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A table with exactly these keys.
    Section(&'static [&'static str]),
    /// A table with any keys.
    FreeTable,
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A string, number, list or the like.
    Value,
}

/// What `T` accepts at `path`; `None` if `T` has no such key.
pub fn shape_of<'de, T: Deserialize<'de>>(path: &[&str]) -> Option<Shape> {
    let found = Cell::new(None);
    // The probe answers every request with an error: only `found` matters.
    let _refused = T::deserialize(Probe { path, found: &found });
    found.get()
}

#[derive(Clone, Copy)]
struct Probe<'a> {
    path: &'a [&'a str],
    found: &'a Cell<Option<Shape>>,
}

impl Probe<'_> {
    /// At the end of the path records `shape`; otherwise goes one key further.
    fn table<'de, V: Visitor<'de>>(self, shape: Shape, visitor: V) -> Result<V::Value, Error> {
        match self.path.split_first() {
            None => self.note(shape),
            Some((key, rest)) => {
                visitor.visit_map(OneKey { key: Some(key), rest: Probe { path: rest, found: self.found } })
            }
        }
    }

    fn leaf<T>(self, shape: Shape) -> Result<T, Error> {
        if self.path.is_empty() { self.note(shape) } else { Err(Error::custom("no table here")) }
    }

    fn note<T>(self, shape: Shape) -> Result<T, Error> {
        self.found.set(Some(shape));
        Err(Error::custom("found"))
    }
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.leaf(Shape::Value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.table(Shape::Section(fields), visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.table(Shape::FreeTable, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.leaf(Shape::Choice(variants))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf unit unit_struct seq tuple tuple_struct identifier
        ignored_any
    }
}

struct OneKey<'a> {
    key: Option<&'a str>,
    rest: Probe<'a>,
}

impl<'de> MapAccess<'de> for OneKey<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        match self.key.take() {
            Some(key) => {
                let key: StrDeserializer<'_, Error> = key.into_deserializer();
                seed.deserialize(key).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn sections_keys_and_choices_are_found() {
        assert_eq!(shape_of::<Config>(&["log"]), Some(Shape::Section(&["level", "format"])));
        assert_eq!(shape_of::<Config>(&["log", "format"]), Some(Shape::Choice(&["text", "json"])));
        assert_eq!(shape_of::<Config>(&["camera", "width"]), Some(Shape::Value));
    }

    #[test]
    fn optional_sections_and_free_tables_are_found() {
        let delegate = ["runtime", "delegate"];
        assert_eq!(shape_of::<Config>(&delegate), Some(Shape::Section(&["library", "options"])));
        let options = ["runtime", "delegate", "options"];
        assert_eq!(shape_of::<Config>(&options), Some(Shape::FreeTable));
    }

    #[test]
    fn no_such_key_is_no_shape() {
        assert_eq!(shape_of::<Config>(&["camera", "widht"]), None);
        assert_eq!(shape_of::<Config>(&["camera", "width", "x"]), None);
    }
}
