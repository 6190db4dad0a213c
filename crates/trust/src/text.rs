//! Text files as editors and shells save them: a byte order mark in front is passed
//! over, UTF-16 is named.

/// The UTF-8 byte order mark, U+FEFF, that Windows editors put in front.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Decodes UTF-8. A byte order mark at the start of any line is left out: files
/// that have one may have been joined.
///
/// # Errors
/// [`TextError`] when it is another encoding.
pub fn decode(bytes: Vec<u8>) -> Result<String, TextError> {
    // FF FE and FE FF are byte order marks of UTF-16. Without a mark its ASCII
    // characters show by their zero bytes.
    if matches!(bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]) {
        return Err(TextError::Utf16);
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| TextError::NotUtf8 { offset: error.utf8_error().valid_up_to() })?;
    if !text.contains(BYTE_ORDER_MARK) {
        return Ok(text);
    }
    Ok(text.split('\n').map(|line| line.trim_start_matches(BYTE_ORDER_MARK)).collect::<Vec<_>>().join("\n"))
}

/// Why a file is not text that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// UTF-16, as Windows editors and PowerShell write it.
    #[error("it is UTF-16 text; save it as UTF-8")]
    Utf16,
    /// Another encoding, or no text at all.
    #[error("it is not UTF-8 text (byte {offset}); save it as UTF-8")]
    NotUtf8 {
        /// First byte that does not fit, from 0.
        offset: usize,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf_16_is_named_with_and_without_a_mark() {
        for text in ["\u{feff}eyJ", "eyJ", "-----BEGIN", "\r\n"] {
            assert_eq!(decode(utf16(text, u16::to_le_bytes)), Err(TextError::Utf16), "{text:?}");
            assert_eq!(decode(utf16(text, u16::to_be_bytes)), Err(TextError::Utf16), "{text:?}");
        }
        assert_eq!(decode(b"caf\xe9".to_vec()), Err(TextError::NotUtf8 { offset: 3 }));
    }

    proptest! {
        #[test]
        fn marks_at_the_start_of_lines_are_left_out(lines in prop::collection::vec("[a-zA-Z0-9._-]{2,40}\r?", 1..5)) {
            let plain = lines.join("\n");
            let marked: Vec<String> = lines.iter().map(|line| format!("\u{feff}{line}")).collect();
            prop_assert_eq!(decode(marked.join("\n").into_bytes()).unwrap(), plain.clone());
            prop_assert_eq!(decode(plain.clone().into_bytes()).unwrap(), plain);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = decode(bytes.clone());
            prop_assert_eq!(text.is_ok(), std::str::from_utf8(&bytes).is_ok()
                && bytes.first() != Some(&0) && bytes.get(1) != Some(&0)
                || bytes.len() == 1 && bytes[0] < 0x80);
        }
    }
}
