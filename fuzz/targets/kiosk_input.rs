//! Messages from the page: what can't be read is refused, without its content.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = vouch::kiosk::protocol::read(text);
});
