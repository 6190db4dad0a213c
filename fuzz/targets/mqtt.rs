//! Payloads and topics as a broker hands them over, to the terminal and to the
//! receiving side.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_contract::messages::{Ack, ResultEnvelope, State};
use vouch_contract::topics::Topic;

fuzz_target!(|payload: &[u8]| {
    if let Ok(envelope) = ResultEnvelope::decode(payload) {
        let again = envelope.encode().expect("what was taken can be sent");
        assert_eq!(ResultEnvelope::decode(&again).expect("what was sent is readable"), envelope);
    }
    if let Ok(ack) = Ack::decode(payload) {
        let again = ack.encode().expect("what was taken can be sent");
        assert_eq!(Ack::decode(&again).expect("what was sent is readable"), ack);
    }
    if let Ok(state) = State::decode(payload) {
        let again = state.encode().expect("what was taken can be sent");
        assert_eq!(State::decode(&again).expect("what was sent is readable"), state);
    }
    if let Ok(text) = std::str::from_utf8(payload)
        && let Ok(topic) = Topic::parse(text)
    {
        assert_eq!(topic.to_string(), text);
    }
});
