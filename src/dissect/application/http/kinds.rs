//! Bodies that are known for what they are by their media type or first bytes: forms, pictures, XML.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static FORM_LAYER: Field = Field::new("urlencoded-form", "HTML Form URL Encoded", Kind::Protocol);
static PNG_LAYER: Field = Field::new("png", "Portable Network Graphics", Kind::Protocol);
static GIF_LAYER: Field = Field::new("image-gif", "Compuserve GIF", Kind::Protocol);
static JPEG_LAYER: Field = Field::new("image-jfif", "JPEG File Interchange Format", Kind::Protocol);
static XML_LAYER: Field = Field::new("xml", "eXtensible Markup Language", Kind::Protocol);

mod form {
    use crate::fields;
    fields! {
        ITEM = "", "Form item", None;
        KEY = "urlencoded-form.key", "Key", Str;
        VALUE = "urlencoded-form.value", "Value", Str;
    }
}

mod png {
    use crate::fields;
    fields! {
        SIGNATURE = "png.signature", "PNG Signature", Bytes;
    }
}

fields! {
    VERSION = "image-gif.version", "Version", Str;
    WIDTH = "image-gif.screen.width", "Screen width", U16;
    HEIGHT = "image-gif.screen.height", "Screen height", U16;
}

/// The media type of what a browser's form sends.
pub(super) const FORM_TYPE: &[u8] = b"application/x-www-form-urlencoded";

/// What a browser's form sends: names and values, with `&` between them.
pub(in crate::dissect) struct Form;

impl Protocol for Form {
    const LAYER: &'static Field = &FORM_LAYER;
    const NAME: &'static str = "URL Encoded Form Data";
    const FIELDS: &'static [&'static Field] = form::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.layer_append(|l| _ = l.str(": ").bytes(FORM_TYPE));
        while c.remaining() > 0 {
            let len = memchr::memchr(b'&', c.rest()).unwrap_or(c.remaining());
            let item = c.rest().get(..len).unwrap_or_default();
            let split = memchr::memchr(b'=', item).unwrap_or(len);
            let (key, value) = item.split_at_checked(split).unwrap_or_default();
            let (key, value) = (plain(key), plain(value.get(1..).unwrap_or_default()));
            let start = c.pos();
            c.put(&form::ITEM, start, start + len, 0);
            c.label(|l| _ = l.str("Form item: \"").text(&key).str("\" = \"").text(&value).byte(b'"'));
            c.below(|c| {
                c.text(&form::KEY, start, start + split, |l| _ = l.text(&key));
                c.text(&form::VALUE, (start + split + 1).min(start + len), start + len, |l| _ = l.text(&value));
            });
            c.skip(len + usize::from(len < c.remaining()))?;
        }
        Ok(())
    }
}

/// Undoes the coding of names and values: `+` stands for a space, `%41` for an A.
fn plain(coded: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(coded.len());
    let mut rest = coded;
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        let code = digits.filter(|_| byte == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = if code.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
        plain.push(code.unwrap_or(if byte == b'+' { b' ' } else { byte }));
    }
    plain
}

/// A picture in PNG's format (RFC 2083).
pub(in crate::dissect) struct Png;

impl Protocol for Png {
    const LAYER: &'static Field = &PNG_LAYER;
    const NAME: &'static str = "PNG";
    const FIELDS: &'static [&'static Field] = png::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.bytes(&png::SIGNATURE, 8)?;
        c.skip(c.remaining())
    }
}

/// A picture in GIF's format.
pub(in crate::dissect) struct Gif;

impl Protocol for Gif {
    const LAYER: &'static Field = &GIF_LAYER;
    const NAME: &'static str = "Compuserve GIF";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let version = c.bytes(&VERSION, 6)?;
        c.layer_append(|l| _ = l.str(", Version: ").text(version));
        for field in [&WIDTH, &HEIGHT] {
            let size = c.array().map(u16::from_le_bytes)?;
            c.put(field, c.pos() - 2, c.pos(), size.into());
        }
        c.skip(c.remaining())
    }
}

/// A picture in JPEG's format.
pub(in crate::dissect) struct Jpeg;

impl Protocol for Jpeg {
    const LAYER: &'static Field = &JPEG_LAYER;
    const NAME: &'static str = "JFIF (JPEG) image";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.skip(c.remaining())
    }
}

/// XML. Its elements are not taken apart.
pub(in crate::dissect) struct Xml;

impl Protocol for Xml {
    const LAYER: &'static Field = &XML_LAYER;
    const NAME: &'static str = "XML";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.skip(c.remaining())
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn codes_of_forms_are_undone() {
        assert_eq!(plain(b"a+b%41%zz%4"), b"a bA%zz%4");
    }
}
