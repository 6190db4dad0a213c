//! Describes what happened to results sent to the hub.

use vouch_link::once::Delivery;

/// Describes a one-shot delivery to the person at the terminal. Only results that the hub has
/// acknowledged count as delivered.
pub fn words(delivery: &Delivery) -> String {
    let mut parts = Vec::new();
    if delivery.refused > 0 {
        parts.push(format!(
            "not stored: the hub refused {} ({}); kept in the outbox, `vouch outbox` lists what was refused",
            results(delivery.refused),
            delivery.refusal.as_deref().unwrap_or("no reason given"),
        ));
    }
    if delivery.left > 0 {
        let fault = delivery.fault.as_deref().map(|fault| format!(" ({fault})")).unwrap_or_default();
        parts.push(format!("not delivered yet: {} waiting in the outbox{fault}", delivery.left));
    }
    match delivery.delivered {
        0 if parts.is_empty() => {
            parts.push("nothing to deliver: another process has taken the result from the outbox".to_owned());
        }
        0 => {}
        1 if parts.is_empty() => parts.push("delivered: the hub has stored the result".to_owned()),
        count => parts.push(format!("delivered: the hub has stored {}", results(count))),
    }
    parts.join("\n")
}

/// True if the hub has stored everything that was waiting.
pub fn is_complete(delivery: &Delivery) -> bool {
    delivery.left == 0 && delivery.refused == 0
}

fn results(count: u64) -> String {
    if count == 1 { "1 result".to_owned() } else { format!("{count} results") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delivered_is_only_what_the_hub_has_stored() {
        let done = |delivered, refused, left, fault: Option<&str>| {
            let refusal = (refused > 0).then(|| "signature: unknown root".to_owned());
            let fault = fault.map(str::to_owned);
            words(&Delivery { delivered, refused, refusal, left, fault })
        };
        assert_eq!(done(1, 0, 0, None), "delivered: the hub has stored the result");
        assert_eq!(done(3, 0, 0, None), "delivered: the hub has stored 3 results");
        let refused = done(0, 1, 0, None);
        assert!(refused.starts_with(
            "not stored: the hub refused 1 result (signature: unknown root); kept in the outbox"
        ));
        assert!(!refused.contains("delivered:"), "{refused}");
        let mixed = done(2, 3, 1, Some("the broker is away"));
        for part in [
            "not stored: the hub refused 3 results (",
            "not delivered yet: 1 waiting in the outbox (the broker is away)",
            "delivered: the hub has stored 2 results",
        ] {
            assert!(mixed.lines().any(|line| line.starts_with(part)), "{mixed}");
        }
        assert!(!done(0, 0, 0, None).contains("delivered"));
    }
}
