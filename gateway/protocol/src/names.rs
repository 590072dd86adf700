//! The schema of an enumeration of another crate, which knows how to read itself and nothing of schemas.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Deserializer, Visitor, value};

/// Stands for `T` where a schema is written: one of the names that `T` reads.
pub(crate) struct Names<T>(PhantomData<T>);

impl<T: DeserializeOwned> JsonSchema for Names<T> {
    fn schema_name() -> Cow<'static, str> {
        let whole = std::any::type_name::<T>();
        Cow::Borrowed(whole.rsplit("::").next().unwrap_or(whole))
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": names::<T>() })
    }
}

/// The names of the variants of `T`, as it asks for them when it is read.
fn names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &[&str] = &[];
    let read = T::deserialize(Asked { names: &mut names });
    assert!(read.is_err() && !names.is_empty(), "only an enumeration asks for names");
    names
}

/// Offers nothing and remembers which names were asked for.
struct Asked<'a> {
    names: &'a mut &'static [&'static str],
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("nothing is here"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.names = variants;
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
