//! Incoming messages, handed to whoever subscribed their leaf.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::log_limit::Repeats;
use vouch_contract::topics::{Leaf, Name, Topic};

/// How long a full inbox may hold up the line before the message is dropped.
/// Below every time limit of this protocol; a subscriber that needs longer for
/// one message takes it out first and works afterwards.
const PATIENCE: Duration = Duration::from_secs(1);

/// The messages of one leaf, in the order in which they came.
pub type Inbox = mpsc::Receiver<Bytes>;

/// Who wants which leaf.
#[derive(Debug, Default)]
pub struct Routes {
    entries: Vec<(Leaf, mpsc::Sender<Bytes>)>,
    stray: Repeats,
    dropped: Repeats,
}

impl Routes {
    /// Nobody wants anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Subscribes a leaf of this device's topics. `room`: messages that may wait
    /// in the inbox, at least 1; further ones hold up the line for a second and
    /// are then dropped, so whoever needs each message has to be asked again.
    pub fn subscribe(&mut self, leaf: Leaf, room: usize) -> Inbox {
        let (sender, inbox) = mpsc::channel(room.max(1));
        self.entries.push((leaf, sender));
        inbox
    }

    /// Every leaf that somebody wants, once.
    pub(super) fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        for (leaf, _) in &self.entries {
            if !leaves.contains(leaf) {
                leaves.push(*leaf);
            }
        }
        leaves
    }

    /// Hands one message over. False: nobody wants it.
    pub(super) async fn hand(
        &mut self,
        (tenant, device): (&Name, &Name),
        topic: &str,
        payload: Bytes,
    ) -> bool {
        let leaf = match Topic::parse(topic) {
            Ok(topic) if topic.tenant == *tenant && topic.device == *device => Some(topic.leaf),
            _ => None,
        };
        let mut wanted = false;
        for (_, inbox) in self.entries.iter().filter(|(wants, _)| Some(*wants) == leaf) {
            wanted = true;
            // An error means that the subscriber is gone.
            if timeout(PATIENCE, inbox.send(payload.clone())).await.is_err()
                && let Some(more) = self.dropped.count(Instant::now())
            {
                tracing::warn!(topic, more, "dropped a message: its subscriber takes none");
            }
        }
        if !wanted && let Some(more) = self.stray.count(Instant::now()) {
            tracing::warn!(?topic, more, "ignored a message that was not subscribed");
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_leaf_goes_to_its_subscribers_and_a_full_inbox_drops() {
        let (tenant, device) = (Name::new("t").unwrap(), Name::new("d").unwrap());
        let mut routes = Routes::new();
        let mut acks = routes.subscribe(Leaf::Ack, 8);
        let mut also = routes.subscribe(Leaf::Ack, 1);
        let mut states = routes.subscribe(Leaf::State, 8);
        assert_eq!(routes.leaves(), [Leaf::Ack, Leaf::State]);
        for (topic, payload, wanted) in [
            ("vouch/v1/t/d/ack", "one", true),
            ("vouch/v1/t/d/ack", "two", true),
            ("vouch/v1/t/d/state", "three", true),
            ("vouch/v1/t/d/result", "four", false),
            ("vouch/v1/t/other/ack", "five", false),
            ("junk", "six", false),
        ] {
            assert_eq!(routes.hand((&tenant, &device), topic, Bytes::from(payload)).await, wanted, "{topic}");
        }
        drop(routes);
        for (inbox, expected) in
            [(&mut acks, &["one", "two"][..]), (&mut also, &["one"]), (&mut states, &["three"])]
        {
            let mut found = Vec::new();
            while let Some(payload) = inbox.recv().await {
                found.push(payload);
            }
            assert_eq!(found, expected);
        }
    }
}
