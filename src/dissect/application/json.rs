//! JSON (RFC 8259): whether bytes are it.

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
                b'\\' => self.rest = self.rest.get(1..).unwrap_or_default(),
                _ => {}
            }
        }
        false
    }
    /// A number, or one of the three names.
    fn word(&mut self) -> bool {
        let len = self.rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
        let (word, rest) = self.rest.split_at_checked(len).unwrap_or_default();
        self.rest = rest;
        matches!(word, b"true" | b"false" | b"null")
            || str::from_utf8(word).is_ok_and(|word| word.parse::<f64>().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::looks_like;

    #[test]
    fn objects_and_arrays_and_nothing_else() {
        for text in ["{}", " [1, -2.5e3, \"a\\\"b\", null]\n", "{\"a\": {\"b\": [true]}, \"c\": 1}"] {
            assert!(looks_like(text.as_bytes()), "{text}");
        }
        for text in ["", "1", "{", "{\"a\"}", "[1 2]", "[1],", "{a: 1}", "[\"a]"] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }
}
