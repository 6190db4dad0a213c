//! `vouch outbox`: what waits, what was refused and why, and sending refused results again.

mod common;

use common::desk::{Desk, Said};
use predicates::prelude::*;
use serde_json::Value;
use vouch_store::outbox::{Entry, Limits, Outbox};

/// A terminal with three results: the first two refused, the third waiting.
fn desk() -> (Desk, Outbox) {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.state()).expect("a folder");
    let mut outbox = Outbox::open(&desk.state().join("outbox.db"), Limits::default()).expect("an outbox");
    for number in 1..=3 {
        let entry = Entry { jti: format!("id-{number}"), jws: format!("Jane Roe.{number}.signed") };
        outbox.append(|_| Ok(entry)).expect("it takes a result");
    }
    outbox.refuse("id-1", "signature: unknown root").expect("it is there");
    outbox.refuse("id-2", "conflict:\n\u{1b}[2J").expect("it is there");
    (desk, outbox)
}

fn outbox(desk: &Desk, args: &[&str]) -> Said {
    let mut command = desk.vouch("outbox");
    command.args(args);
    Said::by(command)
}

#[test]
fn it_counts_what_waits_and_lists_what_was_refused_without_personal_data() {
    let (desk, _outbox) = desk();
    let said = outbox(&desk, &[]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.out.starts_with("1 waiting, 0 delivered, 2 refused by the hub; last number 3\n"),
        "{said:?}"
    );
    let listed = predicate::str::contains("id-1  signature: unknown root")
        .and(predicate::str::contains("id-2  conflict:\\n\\u{1b}[2J"))
        .and(predicate::str::contains("Jane").not());
    assert!(listed.eval(&said.out), "{said:?}");

    let said = outbox(&desk, &["--json"]);
    let line: Value = serde_json::from_str(&said.out).expect("one JSON object");
    assert_eq!((&line["waiting"], &line["refused"]), (&1.into(), &2.into()));
    assert_eq!(line["refusedResults"][0]["jti"], "id-1");
    assert!(!said.out.contains("Jane"), "{said:?}");
}

#[test]
fn refused_results_go_back_into_the_queue_one_or_all() {
    let (desk, found) = desk();
    let said = outbox(&desk, &["retry", "id-2"]);
    assert!(said.code == Some(0) && said.out.starts_with("1 back in the queue"), "{said:?}");
    assert_eq!(found.counts().expect("it counts").refused, 1);

    let again = outbox(&desk, &["retry", "id-2"]);
    assert!(again.code == Some(1) && again.out.contains("id-2 was not refused"), "{again:?}");
    outbox(&desk, &["retry", "unknown"]).refuses(2, &["unknown", "no result"]);

    let said = outbox(&desk, &["retry", "--all"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let counts = found.counts().expect("it counts");
    assert_eq!((counts.waiting, counts.refused), (3, 0));
    assert!(outbox(&desk, &["retry", "--all"]).out.contains("nothing to do"));
    outbox(&desk, &["retry"]).refuses(2, &["JTI"]);
}

#[test]
fn looking_makes_no_outbox() {
    let desk = Desk::new();
    let said = outbox(&desk, &[]);
    assert!(said.code == Some(0) && said.out.starts_with("0 waiting"), "{said:?}");
    assert!(!desk.state().join("outbox.db").exists());
}
