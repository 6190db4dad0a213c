//! Sources that change by themselves: another mode on an HDMI cable, or another sensor behind a
//! bridge.

use v4l::v4l_sys as sys;

use super::ioctl::{DQEVENT, G_INPUT, QUERY_DV_TIMINGS, S_DV_TIMINGS, SUBSCRIBE_EVENT, zeroed};
use super::node::{Device, MAX_LISTED};

impl Device {
    /// Adopts the timings sent by the source, if it is an external one (HDMI) and not a sensor. The
    /// driver keeps the old ones until they are set.
    pub(super) fn follow_source(&self) {
        let mut timings: sys::v4l2_dv_timings = zeroed();
        if self.call(&QUERY_DV_TIMINGS, &mut timings).is_ok()
            && let Err(error) = self.call(&S_DV_TIMINGS, &mut timings)
        {
            tracing::debug!(%error, "the source's timings could not be set");
        }
    }

    /// Subscribes to changes of the source's size; drivers without such a source refuse.
    pub(super) fn watch_source(&self) {
        let mut input = 0;
        // A device without inputs has only the first.
        let _ = self.call(&G_INPUT, &mut input);
        let mut wanted: sys::v4l2_event_subscription = zeroed();
        wanted.type_ = sys::V4L2_EVENT_SOURCE_CHANGE;
        wanted.id = u32::try_from(input).unwrap_or(0);
        let _ = self.call(&SUBSCRIBE_EVENT, &mut wanted);
    }

    /// Whether the source has changed since the last call.
    pub(super) fn source_changed(&self) -> bool {
        let mut changed = false;
        // A driver that always has one more event must not keep us here.
        for _ in 0..MAX_LISTED {
            let mut event: sys::v4l2_event = zeroed();
            if self.call(&DQEVENT, &mut event).is_err() {
                break;
            }
            changed |= event.type_ == sys::V4L2_EVENT_SOURCE_CHANGE;
        }
        changed
    }
}
