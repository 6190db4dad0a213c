//! What a barcode says, and small pictures of barcodes that are none.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_perception::document::barcode::payload::{Payload, parse};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match parse(&text) {
        Ok(Payload::Mrz(format, lines)) => {
            let (count, length) = format.shape();
            assert_eq!(lines.len(), count);
            assert!(lines.iter().all(|line| line.len() == length));
        }
        Ok(Payload::Aamva(fields)) => {
            assert!(fields.iter().all(|field| (0.0..=1.0).contains(&field.confidence)));
        }
        Ok(Payload::Iin(field)) => assert_eq!(field.value.len(), 12),
        Err(_) => {}
    }
});
