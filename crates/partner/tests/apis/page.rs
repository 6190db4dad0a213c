//! The browser's way: one browser per token, a page elsewhere, reloads, restarts.

use serde_json::json;
use vouch_contract::claims::ResultClaims;
use vouch_partner::desk::DeskRefusal;

use super::alibaba::call;
use super::cid::{login, start};
use super::desk::{End, KIOSK};
use super::stage::{BACK, Stage, browse};
use super::tongdun;

#[test]
fn a_second_session_while_one_runs_is_told_when_to_try_again() {
    let stage = Stage::new();
    let first = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    let second = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    stage.open(&first.member("/pageUrl"));
    let (busy, _) = stage.open(&second.member("/pageUrl"));
    assert_eq!((busy.status, busy.header("retry-after"), busy.header("refresh")), (503, "7", "7"));
    let compared =
        call(&stage, "CompareFaces", &json!({"SourceImageValue": "AAEC", "TargetImageValue": "AAEC"}));
    let compared = compared.expect(503);
    assert_eq!((compared.member("/Code"), compared.header("retry-after")), ("BUSY".into(), "7"));
    stage.desk.end(End::with_document());
    // The token was not spent: the page tries again by itself.
    assert_eq!(stage.open(&second.member("/pageUrl")).0.header("location"), KIOSK);
}

#[test]
fn the_browser_that_began_may_reload_and_another_may_not() {
    let stage = Stage::new();
    let started = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    let page = started.member("/pageUrl");
    let (_, cookie) = stage.open(&page);
    assert!(cookie.starts_with("vouch-page="));
    assert_eq!(stage.open_again(&page, &cookie).header("location"), KIOSK);
    assert_eq!(stage.open(&page).0.status, 410);
    assert_eq!(stage.open_again(&page, &format!("vouch-page={}", "A".repeat(43))).status, 410);
    stage.desk.end(End::with_document());
    let back = format!("{BACK}?sessionId={}", started.member("/sessionId"));
    assert_eq!(stage.open_again(&page, &cookie).header("location"), back);
    assert_eq!(stage.open(&page).0.status, 410);
}

#[test]
fn a_browser_elsewhere_waits_and_is_sent_on_at_the_end() {
    let stage = Stage::new();
    *stage.desk.page.lock().unwrap() = None;
    let answer = tongdun::token(&stage, &json!({})).expect(200);
    let (waits, cookie) = stage.open(&answer.member("/url"));
    assert_eq!((waits.status, waits.header("refresh")), (200, "3"));
    assert_eq!(stage.open_again(&answer.member("/url"), &cookie).status, 200);
    let back = stage.desk.end(End::passed()).unwrap();
    let sent = stage.open_again(&answer.member("/url"), &cookie);
    assert_eq!((sent.status, sent.header("location")), (303, back.as_str()));
}

#[test]
fn looking_at_a_page_in_advance_begins_nothing() {
    let stage = Stage::new();
    let started = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    let page = stage.here(&started.member("/pageUrl"));
    assert_eq!(browse(&page, &[("sec-purpose", "prefetch;prerender")]).status, 200);
    assert_eq!(browse(&page, &[("purpose", "prefetch")]).status, 200);
    super::stage::client().head(&page).call().unwrap();
    assert!(!stage.desk.is_busy());
    assert_eq!(browse(&page, &[]).status, 303);
}

#[test]
fn pages_hold_nothing_from_outside_and_run_nothing() {
    let stage = Stage::new();
    let script = "%3Cscript%3Ealert(1)%3C/script%3E";
    for path in
        ["/cid/v1/page?ticket=", "/alibaba/v1/page?token=", "/verification/kyc/h5/liveness/page?token="]
    {
        let page = stage.get(&format!("{path}{script}&language={script}"), None).expect(404);
        assert!(!page.text().contains("script") && !page.text().contains("alert"));
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("access-control-allow-origin"), "");
    }
}

#[test]
fn a_token_expires_unused() {
    let stage = Stage::new();
    let started = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    stage.clock.pass(1800);
    assert_eq!(stage.open(&started.member("/pageUrl")).0.status, 404);
    assert!(!stage.desk.is_busy());
}

#[test]
fn a_desk_that_refuses_for_good_keeps_the_token_and_says_so() {
    let stage = Stage::new();
    let started = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    for refusal in [
        DeskRefusal::NotReady("no camera".into()),
        DeskRefusal::Unreachable("no answer".into()),
        DeskRefusal::Unfit("no scan".into()),
    ] {
        *stage.desk.refuses.lock().unwrap() = Some(refusal);
        assert_eq!(stage.open(&started.member("/pageUrl")).0.status, 503);
    }
    *stage.desk.refuses.lock().unwrap() = None;
    assert_eq!(stage.open(&started.member("/pageUrl")).0.status, 303);
}

#[test]
fn after_a_restart_open_tokens_work_running_sessions_are_lost_and_bound_ones_forgotten() {
    let mut stage = Stage::new();
    let token = login(&stage, "bank");
    let running = start(&stage, &token, &json!({})).expect(201);
    stage.open(&running.member("/pageUrl"));
    let open = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    let more = json!({"identificationType": "REFERENCE_PHOTO", "referencePhoto": "AAEC"});
    let bound = start(&stage, &login(&stage, "bank"), &more).expect(201);
    stage.restart();
    let path = format!("/cid/v1/sessions/{}", running.member("/sessionId"));
    assert_eq!(stage.get(&path, Some(&token)).expect(200).member("/errorInfo/error"), "CID_11");
    // What the desk says later of the lost session changes nothing.
    stage.desk.end(End::with_document());
    assert_eq!(stage.get(&path, Some(&token)).expect(200).member("/sessionStatus"), "FAILED");
    assert_eq!(stage.open(&open.member("/pageUrl")).0.status, 303);
    stage.desk.end(End::with_document());
    // Pictures are kept in memory only.
    assert_eq!(stage.open(&bound.member("/pageUrl")).0.status, 410);
}

#[test]
fn a_result_of_another_session_is_not_accepted() {
    let stage = Stage::new();
    for (claim, value) in [
        ("sessionId", json!("00000000-0000-4000-8000-000000000000")),
        ("eat_nonce", json!("another-nonce")),
        ("scheme", json!("LivenessOnly")),
    ] {
        let token = login(&stage, "bank");
        let started = start(&stage, &token, &json!({})).expect(201);
        stage.open(&started.member("/pageUrl"));
        stage.desk.end(End::with_document().with(claim, value));
        let told = stage.get(&format!("/cid/v1/sessions/{}", started.member("/sessionId")), Some(&token));
        assert_eq!(told.expect(200).member("/errorInfo/error"), "CID_11", "{claim}");
    }
}

/// A document in a fake result is read as one in a real result is.
#[test]
fn fake_results_have_the_form_of_real_ones() {
    let stage = Stage::new();
    let started = start(&stage, &login(&stage, "bank"), &json!({})).expect(201);
    stage.open(&started.member("/pageUrl"));
    stage.desk.end(End::with_document());
    let token = login(&stage, "bank");
    let path = format!("/cid/v1/sessions/{}?type=result", started.member("/sessionId"));
    let jws = stage.get(&path, Some(&token)).expect(200).member("/signedResult");
    serde_json::from_value::<ResultClaims>(stage.desk.verified(&jws).claims).unwrap();
}
