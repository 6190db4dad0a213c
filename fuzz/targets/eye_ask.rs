//! What the terminal asks of the eye: the socket belongs to the terminal, but the
//! eye must not fall over a version that speaks otherwise.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_contract::eye::protocol::Ask;
use vouch_contract::eye::wire;
use vouch_contract::eye::wire::MAX_MESSAGE;

fuzz_target!(|bytes: &[u8]| {
    let mut stream = bytes;
    let mut buffer = Vec::new();
    while let Ok(ask) = wire::read::<Ask>(&mut stream, &mut buffer) {
        // What can be read can be written, and is read the same again (compared
        // by its bytes).
        let mut once = Vec::new();
        wire::write(&mut once, &ask).expect("what was read fits");
        let again: Ask = wire::read(&mut once.as_slice(), &mut buffer).expect("what was written is readable");
        let mut twice = Vec::new();
        wire::write(&mut twice, &again).expect("what was read fits");
        assert_eq!(once, twice);
    }
    assert!(buffer.capacity() <= MAX_MESSAGE * 2, "{} bytes", buffer.capacity());
});
