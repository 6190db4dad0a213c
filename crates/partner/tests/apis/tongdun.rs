//! TongDun, from the token to the result.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vouch_contract::scheme::Scheme;
use vouch_partner::desk::DeskRefusal;
use vouch_partner::register::usage::UsageRow;

use super::desk::{End, KIOSK};
use super::stage::{Answer, BACK, SECRET, Stage, browse};

const TOKEN: &str = "/verification/kyc/h5/liveness/token/v1";
const RESULT: &str = "/verification/kyc/h5/liveness/result/v1";

fn of(code: &str, path: &str) -> String {
    let key = SECRET.replace(' ', "%20");
    format!("{path}?partner_code={code}&partner_key={key}")
}

/// Asks for a token of `bank`.
pub fn token(stage: &Stage, more: &Value) -> Answer {
    let mut body = json!({"success_redirect": BACK, "failure_redirect": format!("{BACK}/failed")});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.post(&of("bank", TOKEN), None, &body)
}

/// Asks for the result of a token.
pub fn result(stage: &Stage, code: &str, token: &str) -> Answer {
    stage.post(&of(code, RESULT), None, &json!({"token": token})).expect(200)
}

/// A session from the token to its end. Returns the token.
fn session(stage: &Stage, end: End) -> (String, String) {
    let answer = token(stage, &json!({})).expect(200);
    let (page, _) = stage.open(&answer.member("/url"));
    assert_eq!((page.status, page.header("location")), (303, KIOSK));
    let back = stage.desk.end(end).unwrap();
    (answer.member("/token"), back)
}

#[test]
fn a_live_person_passes_and_the_best_selfie_is_returned() {
    let stage = Stage::new();
    let answer = token(&stage, &json!({"language": "es", "audio": true})).expect(200);
    assert_eq!((answer.member("/code"), answer.member("/message")), ("200".into(), "ok".into()));
    let (token, url) = (answer.member("/token"), answer.member("/url"));
    for part in [
        format!("token={token}"),
        "success_redirect=https%3A%2F%2Fbank.example%2Fback&".into(),
        "failure_redirect=https%3A%2F%2Fbank.example%2Fback%2Ffailed&".into(),
        "language=es".into(),
        "audio=true".into(),
    ] {
        assert!(url.contains(&part), "{url} lacks {part}");
    }
    stage.open(&url);
    let asked = stage.desk.last_asked();
    assert_eq!((asked.scheme, asked.language.as_deref()), (Scheme::LivenessOnly, Some("es")));
    assert_eq!(asked.voice(), Some("es"));
    let back = stage.desk.end(End::passed()).unwrap();
    assert_eq!(back, format!("{BACK}?code={token}&state=0"));

    let result = result(&stage, "bank", &token);
    assert_eq!(result.member("/code"), "200");
    assert_eq!(STANDARD.decode(result.member("/image")).unwrap(), b"best shot");
    assert_ne!(result.member("/sequence_id"), answer.member("/sequence_id"));
    let verified = stage.desk.verified(&result.member("/signed_result"));
    assert_eq!(verified.claims["sessionStatus"], "SUCCESS");
}

#[test]
fn every_attack_ends_in_state_2_with_its_code_and_no_picture() {
    let stage = Stage::new();
    let codes = (12202..=12226).chain([12228, 12250, 11350]);
    for code in codes {
        let (token, back) = session(&stage, End::attack(code));
        assert_eq!(back, format!("{BACK}/failed?code={token}&state=2"));
        let result = result(&stage, "bank", &token);
        assert_eq!(result.member("/code"), code.to_string());
        assert!(result.json().get("image").is_none());
    }
    let usage = stage.register.usage(0, i64::MAX).unwrap();
    let sum = |of: fn(&UsageRow) -> u64| usage.iter().map(of).sum::<u64>();
    // Of these 28, TongDun's table bills all but 12223 to 12226, 12228 and 11350.
    assert_eq!((sum(|row| row.sessions), sum(|row| row.billed), sum(|row| row.passes)), (28, 22, 0));
}

#[test]
fn a_token_is_used_once_and_a_retry_needs_a_new_one() {
    let stage = Stage::new();
    let answer = token(&stage, &json!({})).expect(200);
    let (token, url) = (answer.member("/token"), answer.member("/url"));
    stage.open(&url);
    // Another browser, while the first is inside and afterwards.
    for _ in 0..2 {
        let (spent, _) = stage.open(&url);
        assert_eq!(
            (spent.status, spent.header("location")),
            (303, format!("{BACK}/failed?code={token}&state=3").as_str())
        );
        if stage.desk.is_busy() {
            stage.desk.end(End::attack(12209));
        }
    }
    assert_eq!(result(&stage, "bank", &token).member("/code"), "12209");
}

#[test]
fn a_result_can_be_fetched_again_for_ten_minutes_and_then_no_more() {
    let stage = Stage::new();
    let (token, _) = session(&stage, End::passed());
    result(&stage, "bank", &token);
    stage.clock.pass(599);
    assert_eq!(result(&stage, "bank", &token).member("/code"), "200");
    stage.clock.pass(1);
    let late = result(&stage, "bank", &token);
    assert_eq!(late.member("/code"), "12227");
    assert!(late.json().get("image").is_none());
}

#[test]
fn without_a_result_there_is_12229() {
    let stage = Stage::new();
    let answer = token(&stage, &json!({})).expect(200);
    let token = answer.member("/token");
    assert_eq!(result(&stage, "bank", &token).member("/code"), "12229");
    stage.open(&answer.member("/url"));
    assert_eq!(result(&stage, "bank", &token).member("/code"), "12229");
    stage.desk.end(End::passed());
    assert_eq!(result(&stage, "shop", &token).member("/code"), "12229", "another partner's token");
    for other in ["", "x", &"A".repeat(43), "../../etc/passwd"] {
        assert_eq!(result(&stage, "bank", other).member("/code"), "12229");
    }
}

#[test]
fn the_language_is_the_partner_s_else_the_browser_s_else_english() {
    let stage = Stage::new();
    for (asked, browser, page) in [
        (Some("kh"), "de", "km"),
        (Some("zh-Hant"), "en", "zh-Hant"),
        (Some("de"), "ru-RU,ru;q=0.9", "ru"),
        (None, "fr,vi;q=0.5", "vi"),
        (None, "fr", "en"),
    ] {
        let answer = token(&stage, &json!({"language": asked})).expect(200);
        let url = stage.here(&answer.member("/url"));
        assert_eq!(browse(&url, &[("accept-language", browser)]).status, 303);
        assert_eq!(stage.desk.last_asked().language.as_deref(), Some(page), "{asked:?} {browser}");
        assert_eq!(stage.desk.last_asked().voice(), None, "silent unless asked");
        stage.desk.end(End::passed());
    }
}

#[test]
fn a_terminal_that_can_not_work_tells_the_partner_by_the_state() {
    let stage = Stage::new();
    for (refusal, state) in
        [(DeskRefusal::NotReady("no camera".into()), 4), (DeskRefusal::Unreachable("no answer".into()), 5)]
    {
        let answer = token(&stage, &json!({})).expect(200);
        *stage.desk.refuses.lock().unwrap() = Some(refusal);
        let (told, _) = stage.open(&answer.member("/url"));
        let expected = format!("{BACK}/failed?code={}&state={state}", answer.member("/token"));
        assert_eq!((told.status, told.header("location")), (303, expected.as_str()));
        // The token was not used.
        *stage.desk.refuses.lock().unwrap() = None;
        assert_eq!(stage.open(&answer.member("/url")).0.header("location"), KIOSK);
        stage.desk.end(End::passed());
    }
    let answer = token(&stage, &json!({})).expect(200);
    let (_, cookie) = stage.open(&answer.member("/url"));
    stage.desk.lose();
    let told = stage.open_again(&answer.member("/url"), &cookie);
    assert_eq!(told.header("location"), format!("{BACK}/failed?code={}&state=6", answer.member("/token")));
    assert_eq!(result(&stage, "bank", &answer.member("/token")).member("/code"), "11350");
}

#[test]
fn a_page_with_other_redirects_is_refused() {
    let stage = Stage::new();
    let answer = token(&stage, &json!({})).expect(200);
    let url = answer.member("/url").replace("bank.example", "evil.example");
    let (refused, _) = stage.open(&url);
    assert_eq!(refused.status, 400);
    assert!(!stage.desk.is_busy());
    assert_eq!(stage.open(&answer.member("/url")).0.status, 303, "the real address still works");
}

#[test]
fn redirects_must_be_on_the_list_and_leave_code_and_state_free() {
    let stage = Stage::new();
    for bad in [
        "https://evil.example/",
        "https://shop.example/back",
        "http://bank.example/back",
        "javascript:alert(1)",
        "//bank.example/back",
        "https://bank.example/back?code=1",
        "https://bank.example/back?state=0",
        "",
    ] {
        for field in ["success_redirect", "failure_redirect"] {
            let refused = token(&stage, &json!({field: bad})).expect(403);
            assert_eq!(refused.member("/code"), "403", "{bad}");
            assert!(bad.is_empty() || !refused.text().contains(bad), "it is not repeated");
        }
    }
    token(&stage, &json!({"success_redirect": format!("{BACK}?order=7&x=%C3%A9")})).expect(200);
}
