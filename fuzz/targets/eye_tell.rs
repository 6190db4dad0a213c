//! What an eye says to the terminal: the terminal holds the key, so nothing that
//! a broken or hostile eye sends may bring it down.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_contract::eye::protocol::Tell;
use vouch_contract::eye::wire;
use vouch_contract::eye::wire::MAX_MESSAGE;

fuzz_target!(|bytes: &[u8]| {
    let mut stream = bytes;
    let mut buffer = Vec::new();
    while let Ok(tell) = wire::read::<Tell>(&mut stream, &mut buffer) {
        // What can be read can be written, and is read the same again (compared
        // by its bytes: a NaN equals nothing).
        let mut once = Vec::new();
        wire::write(&mut once, &tell).expect("what was read fits");
        let again: Tell =
            wire::read(&mut once.as_slice(), &mut buffer).expect("what was written is readable");
        let mut twice = Vec::new();
        wire::write(&mut twice, &again).expect("what was read fits");
        assert_eq!(once, twice);
    }
    assert!(buffer.capacity() <= MAX_MESSAGE * 2, "{} bytes", buffer.capacity());
});
