//! Whether bytes are JSON.

/// Arrays and objects within each other at most.
const DEEPEST: u8 = 100;

/// Whether these bytes are one JSON object or array, white space around it aside.
pub fn looks_like(bytes: &[u8]) -> bool {
    let mut reader = Reader { rest: bytes };
    reader.space();
    if !matches!(reader.rest.first(), Some(b'{' | b'[')) || !reader.value(0) {
        return false;
    }
    reader.space();
    reader.rest.is_empty()
}

/// Bytes of the object or array that these bytes begin with.
pub(super) fn measure(bytes: &[u8]) -> Option<usize> {
    let mut reader = Reader { rest: bytes };
    let is_list = matches!(bytes.first(), Some(b'{' | b'['));
    (is_list && reader.value(0)).then(|| bytes.len() - reader.rest.len())
}

/// Bytes of all the objects and arrays that these bytes begin with, and of the white space around them.
pub fn measure_all(bytes: &[u8]) -> usize {
    let mut rest = bytes.trim_ascii_start();
    while let Some(behind) = measure(rest).and_then(|len| rest.get(len..)) {
        rest = behind.trim_ascii_start();
    }
    bytes.len() - rest.len()
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }
    /// Takes `byte` if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((&first, rest)) if first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
    fn value(&mut self, depth: u8) -> bool {
        if depth > DEEPEST {
            return false;
        }
        self.space();
        match self.rest.first() {
            Some(b'{') => self.list(b'}', |reader| {
                reader.space();
                reader.string()
                    && {
                        reader.space();
                        reader.take(b':')
                    }
                    && reader.value(depth + 1)
            }),
            Some(b'[') => self.list(b']', |reader| reader.value(depth + 1)),
            Some(b'"') => self.string(),
            _ => self.word(),
        }
    }
    /// Elements with commas between them, up to `close`.
    fn list(&mut self, close: u8, mut element: impl FnMut(&mut Self) -> bool) -> bool {
        self.rest = self.rest.get(1..).unwrap_or_default();
        self.space();
        if self.take(close) {
            return true;
        }
        loop {
            if !element(self) {
                return false;
            }
            self.space();
            if self.take(close) {
                return true;
            }
            if !self.take(b',') {
                return false;
            }
        }
    }
    fn string(&mut self) -> bool {
        if !self.take(b'"') {
            return false;
        }
        while let Some((&byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            match byte {
                b'"' => return true,
                b'\\' => match self.rest.split_first() {
                    Some((b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u', rest)) => self.rest = rest,
                    _ => return false,
                },
                _ => {}
            }
        }
        false
    }
    /// A number, or one of the names.
    fn word(&mut self) -> bool {
        let len = self.rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
        let (word, rest) = self.rest.split_at_checked(len).unwrap_or_default();
        self.rest = rest;
        matches!(word, b"true" | b"false" | b"null" | b"NaN") || is_number(word)
    }
}

/// Takes the digits that `text` begins with; `None` where there are none.
fn digits(text: &[u8]) -> Option<&[u8]> {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if len == 0 { None } else { text.get(len..) }
}

/// Whether `word` is a number (RFC 8259 section 6).
fn is_number(word: &[u8]) -> bool {
    let whole = word.strip_prefix(b"-").unwrap_or(word);
    let Some(mut rest) = digits(whole) else { return false };
    if whole.len() - rest.len() > 1 && whole.starts_with(b"0") {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let Some(behind) = digits(fraction) else { return false };
        rest = behind;
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let unsigned = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let Some(behind) = digits(unsigned) else { return false };
        rest = behind;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{looks_like, measure};

    #[test]
    fn objects_and_arrays_and_nothing_else() {
        for text in ["{}", " [1, -2.5e3, \"a\\\"b\", null]\n", "{\"a\": {\"b\": [true]}, \"c\": 1}"] {
            assert!(looks_like(text.as_bytes()), "{text}");
        }
        for text in
            ["", "1", "{", "{\"a\"}", "[1 2]", "[1],", "{a: 1}", "[\"a]", "[01]", "[1.]", "[.5]", "[-]", "[\"\\q\"]"]
        {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_follows_a_value_is_not_measured() {
        assert_eq!(measure(b"{\"a\": [1]} x"), Some(10));
        assert_eq!(measure(b" {}"), None);
        assert_eq!(measure(b"12"), None);
    }
}
