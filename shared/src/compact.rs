//! Settings and drafts as bytes, for one build of the widget.
//!
//! Both ends are always of the same build ([`crate::wire`]), so nothing names itself: values follow each other in
//! the order of their declaration. Reading never fails in the middle; a reader that has come to the end gives
//! empty values and says so at the end, which spares the widget a branch and an error for every value. With serde
//! and postcard the same cost it 8 kB more.

/// Something that can be written as bytes and read again.
pub trait Compact: Sized {
    fn write(&self, out: &mut Vec<u8>);

    /// What stands next; an empty value where nothing fits.
    fn read(from: &mut Reader<'_>) -> Self;
}

/// All of a value's bytes.
pub fn to_bytes(value: &impl Compact) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

/// The value that exactly these bytes stand for.
pub fn from_bytes<T: Compact>(bytes: &[u8]) -> Option<T> {
    let mut reader = Reader { rest: bytes, failed: false };
    let value = T::read(&mut reader);
    (!reader.failed && reader.rest.is_empty()).then_some(value)
}

/// Bytes that are still to be read.
pub struct Reader<'a> {
    rest: &'a [u8],
    failed: bool,
}

impl Reader<'_> {
    /// Says that what was read makes no sense; from here on there is nothing.
    pub fn fail(&mut self) {
        self.rest = &[];
        self.failed = true;
    }
}

/// Seven bits a byte, the lowest first (LEB128).
impl Compact for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest > 127 {
            out.push(rest as u8 | 128);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let (mut value, mut shift) = (0, 0);
        while let [byte, rest @ ..] = from.rest {
            from.rest = rest;
            value |= u64::from(byte & 127) << shift;
            shift += 7;
            if *byte < 128 {
                return value;
            }
            if shift > 63 {
                break;
            }
        }
        from.fail();
        0
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Compact for $number {
            fn write(&self, out: &mut Vec<u8>) {
                (*self as u64).write(out);
            }

            fn read(from: &mut Reader<'_>) -> Self {
                u64::read(from) as $number
            }
        }
    )+};
}
numbers!(u8, u16, u32, usize, i64);

impl Compact for bool {
    fn write(&self, out: &mut Vec<u8>) {
        u64::from(*self).write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        u64::read(from) != 0
    }
}

impl Compact for char {
    fn write(&self, out: &mut Vec<u8>) {
        u64::from(u32::from(*self)).write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        Self::from_u32(u32::read(from)).unwrap_or_default()
    }
}

impl Compact for String {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let length = usize::read(from);
        if let Some((text, rest)) = from.rest.split_at_checked(length)
            && let Ok(text) = std::str::from_utf8(text)
        {
            from.rest = rest;
            return text.to_owned();
        }
        from.fail();
        Self::new()
    }
}

impl<T: Compact> Compact for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Self {
        bool::read(from).then(|| T::read(from))
    }
}

impl<T: Compact> Compact for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let mut all = Self::new();
        for _ in 0..usize::read(from) {
            all.push(T::read(from));
            if from.failed {
                break;
            }
        }
        all
    }
}

impl<A: Compact, B: Compact> Compact for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        (A::read(from), B::read(from))
    }
}

/// A struct, field after field; fields of a tuple are numbers.
macro_rules! compact_struct {
    ($name:ident $(<$($part:ident),+>)? { $($field:tt),+ $(,)? }) => {
        impl $(<$($part: $crate::compact::Compact),+>)? $crate::compact::Compact for $name $(<$($part),+>)? {
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)+
            }

            fn read(from: &mut $crate::compact::Reader<'_>) -> Self {
                Self { $($field: $crate::compact::Compact::read(from)),+ }
            }
        }
    };
}

/// An enum: the number of its variant, then the variant's fields.
macro_rules! compact_enum {
    ($name:ident { $($number:literal = $variant:ident $({ $($field:tt: $bound:ident),+ })?),+ $(,)? }) => {
        impl $crate::compact::Compact for $name {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant { $($($field: $bound),+)? } => {
                        u8::write(&$number, out);
                        $($($bound.write(out);)+)?
                    })+
                }
            }

            fn read(from: &mut $crate::compact::Reader<'_>) -> Self {
                match u8::read(from) {
                    $($number => Self::$variant { $($($field: $crate::compact::Compact::read(from)),+)? },)+
                    _ => {
                        from.fail();
                        Self::read(from)
                    }
                }
            }
        }
    };
}

pub(crate) use {compact_enum, compact_struct};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any::<(u64, String)>(), all in any::<Vec<Option<char>>>(), n in any::<i64>()) {
            prop_assert_eq!(from_bytes::<(u64, String)>(&to_bytes(&value)), Some(value));
            prop_assert_eq!(from_bytes::<Vec<Option<char>>>(&to_bytes(&all)), Some(all));
            prop_assert_eq!(from_bytes::<i64>(&to_bytes(&n)), Some(n));
        }

        /// Bytes of anybody end in a value or in nothing, soon, and never in a panic.
        #[test]
        fn any_bytes_are_survived(bytes in any::<Vec<u8>>()) {
            let _ = from_bytes::<crate::wire::Settings>(&bytes);
            let _ = from_bytes::<Vec<(String, crate::form::FieldKind)>>(&bytes);
        }
    }
}
