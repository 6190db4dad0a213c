//! A session log, which is a long list of events for the state machine: whatever
//! it is fed, it ends or says why not, and gives the same outcome each time.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_session::log::replay;

fuzz_target!(|log: &[u8]| {
    if let Ok(outcome) = replay(log) {
        assert_eq!(replay(log).expect("once more"), outcome);
        assert!(!outcome.success || outcome.liveness.0 == 200);
    }
});
