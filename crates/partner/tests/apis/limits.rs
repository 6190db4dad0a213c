//! Limits per address and partner, and the lock after failed logins.

use serde_json::json;
use vouch_partner::guard::Limits;

use super::stage::{SECRET, Stage, wide};

fn log_in(stage: &Stage, password: &str) -> super::stage::Answer {
    stage.post("/cid/v1/token", None, &json!({"login": "bank", "password": password}))
}

#[test]
fn after_five_wrong_passwords_the_right_one_is_refused_for_fifteen_minutes() {
    let stage = Stage::new();
    for _ in 0..5 {
        log_in(&stage, "wrong").expect(401);
    }
    let locked = log_in(&stage, SECRET).expect(429);
    assert_eq!((locked.member("/error"), locked.header("retry-after")), ("TOO_MANY_REQUESTS".into(), "900"));
    assert_eq!(locked.member("/retryAfter"), "900");
    stage.clock.jump(86_400);
    log_in(&stage, SECRET).expect(429);
    stage.clock.pass(900);
    log_in(&stage, SECRET).expect(200);
}

#[test]
fn a_success_forgets_earlier_slips() {
    let stage = Stage::new();
    for _ in 0..3 {
        for _ in 0..4 {
            log_in(&stage, "wrong").expect(401);
        }
        log_in(&stage, SECRET).expect(200);
    }
}

#[test]
fn a_changed_secret_counts_at_once() {
    let stage = Stage::new();
    log_in(&stage, SECRET).expect(200);
    stage.register.set_secret("bank", "a quite different secret").unwrap();
    log_in(&stage, SECRET).expect(401);
    log_in(&stage, "a quite different secret").expect(200);
    stage.register.remove_partner("bank").unwrap();
    log_in(&stage, "a quite different secret").expect(401);
}

#[test]
fn who_calls_too_often_is_told_when_to_come_back() {
    let stage = Stage::with_limits(Limits { address_burst: 5.0, address_rate: 0.5, ..wide() });
    for _ in 0..5 {
        stage.get("/cid/v1/page?ticket=x", None).expect(404);
    }
    let page = stage.get("/cid/v1/page?ticket=x", None).expect(429);
    assert!(page.header("content-type").starts_with("text/html"));
    let call = log_in(&stage, SECRET).expect(429);
    assert_eq!(call.header("retry-after"), "2");
    stage.clock.pass(2);
    log_in(&stage, SECRET).expect(200);
}

#[test]
fn a_partner_has_a_limit_of_its_own() {
    let stage = Stage::with_limits(Limits { partner_burst: 3.0, partner_rate: 1.0, ..wide() });
    for _ in 0..3 {
        log_in(&stage, SECRET).expect(200);
    }
    log_in(&stage, SECRET).expect(429);
    stage.post("/cid/v1/token", None, &json!({"login": "shop", "password": SECRET})).expect(200);
}
