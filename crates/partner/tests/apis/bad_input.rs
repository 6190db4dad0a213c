//! What strangers and careless partners send.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::alibaba::call;
use super::cid::{login, start};
use super::desk::End;
use super::stage::{SECRET, Stage, basic};
use super::tongdun;

/// A raw request: `head` without the length, then the body as `write` sends it. Returns the status.
fn raw(stage: &Stage, head: &str, write: impl FnOnce(&mut TcpStream)) -> String {
    let mut stream = TcpStream::connect(stage.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    write(&mut stream);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

const LOGIN: &str =
    "POST /cid/v1/token HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";

#[test]
fn wrong_spent_foreign_and_expired_tokens() {
    let stage = Stage::new();
    let token = login(&stage, "bank");
    let id = start(&stage, &token, &json!({})).expect(201).member("/sessionId");
    let path = format!("/cid/v1/sessions/{id}");
    for wrong in [
        None,
        Some(String::new()),
        Some("Bearer".into()),
        Some("Bearer x".into()),
        Some(format!("Bearer {}", "A".repeat(43))),
        Some(format!("{token}A")),
        Some(token.replace("Bearer", "Basic")),
        Some(basic("bank")),
    ] {
        let refused = stage.get(&path, wrong.as_deref()).expect(401);
        assert_eq!(refused.member("/error"), "CID_17", "{wrong:?}");
    }
    // Another partner's session looks like none.
    let foreign = stage.get(&path, Some(&login(&stage, "shop"))).expect(404).text().to_owned();
    let none = stage.get("/cid/v1/sessions/00000000-0000-4000-8000-000000000000", Some(&token));
    assert_eq!(foreign, none.expect(404).text());
    stage.clock.pass(1800);
    assert_eq!(stage.get(&path, Some(&token)).expect(401).member("/error"), "CID_17");
}

#[test]
fn sessions_of_one_api_are_none_of_another() {
    let stage = Stage::new();
    let answer = call(&stage, "GetVerifyToken", &json!({"Biz": "RPBasic", "TicketId": "t-1"})).expect(200);
    let token = answer.member("/Data/VerifyToken/Token");
    stage.get(&format!("/cid/v1/page?ticket={token}"), None).expect(404);
    stage.get(&format!("/verification/kyc/h5/liveness/page?token={token}"), None).expect(404);
    assert_eq!(tongdun::result(&stage, "bank", &token).member("/code"), "12229");
    assert!(!stage.desk.is_busy());
}

#[test]
fn wrong_credentials_of_every_api() {
    let stage = Stage::new();
    for (login, password) in
        [("bank", "wrong"), ("nobody", SECRET), ("", ""), ("BANK", SECRET), ("bank' --", SECRET)]
    {
        let refused = stage.post("/cid/v1/token", None, &json!({"login": login, "password": password}));
        assert_eq!(refused.expect(401).member("/error"), "UNAUTHORIZED", "{login}");
    }
    for query in ["", "?partner_code=shop", "?partner_code=shop&partner_key=wrong"] {
        let path = format!("/verification/kyc/h5/liveness/token/v1{query}");
        let refused = stage.post(&path, None, &json!({"success_redirect": "x", "failure_redirect": "x"}));
        assert_eq!(refused.expect(401).member("/code"), "401", "{query}");
    }
    for authorization in [None, Some("Basic"), Some("Basic !!"), Some("Basic YmFuaw=="), Some("Bearer x")] {
        let refused =
            stage.post("/alibaba/v1/GetStatus", authorization, &json!({"Biz": "x", "TicketId": "x"}));
        assert_eq!(refused.expect(401).member("/Code"), "UNAUTHORIZED", "{authorization:?}");
    }
}

#[test]
fn a_body_of_a_hundred_megabytes_is_not_read() {
    let stage = Stage::new();
    let hundred = 100 << 20;
    let announced = format!("{LOGIN}content-length: {hundred}\r\n\r\n");
    assert_eq!(raw(&stage, &announced, |_| {}), "HTTP/1.1 413 Payload Too Large");
    // Without a length, it ends where the limit is.
    let chunked = format!("{LOGIN}transfer-encoding: chunked\r\n\r\n");
    let status = raw(&stage, &chunked, |stream| {
        let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
        let sent = (0..hundred / 0x10000).take_while(|_| stream.write_all(&chunk).is_ok()).count();
        assert!(sent < 1000, "{sent} chunks of 64 KiB were taken");
    });
    assert!(status.is_empty() || status == "HTTP/1.1 413 Payload Too Large", "{status}");
    // A large picture is refused by its own bound, before anybody looks at it.
    let large = STANDARD.encode(vec![0; (8 << 20) + 1]);
    let body = json!({"SourceImageValue": large, "TargetImageValue": "AAEC"});
    assert_eq!(call(&stage, "CompareFaces", &body).expect(413).member("/Code"), "TOO_LARGE");
}

#[test]
fn a_body_that_trickles_ends_in_time() {
    let stage = Stage::new();
    let begun = Instant::now();
    let head = format!("{LOGIN}content-length: 60000\r\n\r\n");
    let status = raw(&stage, &head, |stream| {
        while begun.elapsed() < Duration::from_secs(8) && stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    assert_eq!(status, "HTTP/1.1 408 Request Timeout");
}

#[test]
fn a_head_that_trickles_ends_in_time_and_a_long_one_is_refused() {
    let stage = Stage::new();
    let begun = Instant::now();
    let status = raw(&stage, "GET /cid/v1/page HTTP/1.1\r\n", |stream| {
        while begun.elapsed() < Duration::from_secs(20) && stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert!(status.is_empty() || status.contains(" 408 "), "{status}");
    let long = format!("GET /cid/v1/page HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(40_000));
    let status = raw(&stage, &long, |_| {});
    assert!(
        status.is_empty() || status.starts_with("HTTP/1.1 431") || status.starts_with("HTTP/1.1 400"),
        "{status}"
    );
}

#[test]
fn pictures_reach_the_desk_as_they_are_and_a_bomb_is_the_eye_s_to_refuse() {
    let stage = Stage::new();
    // A PNG that says 60,000 by 60,000 in a few bytes.
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bomb.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 6, 0, 0, 0]);
    let bomb = STANDARD.encode(bomb);
    let refused =
        call(&stage, "CompareFaces", &json!({"SourceImageValue": "AAEC", "TargetImageValue": bomb}));
    let refused = refused.expect(422);
    assert_eq!(refused.member("/Code"), "UNUSABLE");
    assert!(refused.member("/Message").starts_with("the target image: "));
    for bad in ["", "AAE", "not base64", "data:image/png;base64,AAEC"] {
        call(&stage, "CompareFaces", &json!({"SourceImageValue": bad, "TargetImageValue": "AAEC"}))
            .expect(400);
    }
}

#[test]
fn names_that_are_long_or_turn_around_or_hold_control_characters() {
    let stage = Stage::new();
    let verify = |ticket: &str, name: &str| {
        let binding = json!({"Name": name, "IdentificationNumber": "900101400001"});
        call(&stage, "GetVerifyToken", &json!({"Biz": "RPBioOnly", "TicketId": ticket, "Binding": binding}))
    };
    let long = "Ы".repeat(300);
    for bad in [
        long.as_str(),
        "",
        "abc\u{202e}cba",
        "\u{200f}abc",
        "a\u{2066}b",
        "a\0b",
        "a\u{1b}[31m",
        "a\u{200b}b",
    ] {
        let refused = verify("t-bad", bad).expect(400);
        assert!(!refused.text().contains("abc"), "it is not repeated");
    }
    for (number, good) in
        ["محمد بن سلمان", "Анна Құрманғазы", "<script>alert(1)</script>", "'; DROP TABLE session; --"]
            .into_iter()
            .enumerate()
    {
        let answer = verify(&format!("t-{number}"), good).expect(200);
        stage.open(&answer.member("/Data/CloudauthPageUrl"));
        assert_eq!(stage.desk.last_asked().claim.unwrap().name, good, "it stays the text that it is");
        stage.desk.end(End::passed());
    }
}

#[test]
fn scripts_in_every_field_stay_text_or_are_refused() {
    let stage = Stage::new();
    let script = "<script>alert(1)</script>";
    let verify = json!({
        "Biz": "RPBioOnly", "TicketId": "t-1",
        "Binding": {"Name": "ANNA", "IdentificationNumber": "1"}, "RedirectUrl": "https://bank.example/back",
        "Language": "en", "Nonce": "0123456789",
    });
    for pointer in ["/Biz", "/TicketId", "/Binding/IdentificationNumber", "/RedirectUrl", "/Language"] {
        let mut body = verify.clone();
        *body.pointer_mut(pointer).unwrap() = script.into();
        let refused = call(&stage, "GetVerifyToken", &body);
        assert!([400, 403, 404].contains(&refused.status), "{pointer}: {}", refused.text());
        assert!(!refused.text().contains("script"), "{pointer}");
        assert!(refused.header("content-type").starts_with("application/json"));
    }
    let mut body = verify;
    body["Nonce"] = script.into();
    call(&stage, "GetVerifyToken", &body).expect(200);
    let refused =
        stage.post("/cid/v1/token", None, &json!({"login": script, "password": script})).expect(401);
    assert!(!refused.text().contains("script"));
    let refused = stage.get("/cid/v1/sessions/%3Cscript%3E", Some(&login(&stage, "bank"))).expect(404);
    assert!(!refused.text().contains("script"));
}

#[test]
fn what_is_no_json_of_the_form_is_refused_in_the_api_s_own_words() {
    let stage = Stage::new();
    let refused = |body: &str| stage.post_text("/cid/v1/token", None, body).expect(400).member("/error");
    for body in ["", "{", "null", "[]", "{\"login\": 7}", r#"{"login": "a", "password": "b", "more": 1}"#] {
        assert_eq!(refused(body), "INVALID_REQUEST", "{body}");
    }
    let deep = "[".repeat(30_000);
    assert_eq!(refused(&deep), "INVALID_REQUEST");
    let twice = stage.post_text(
        "/alibaba/v1/GetStatus",
        Some(&basic("bank")),
        r#"{"Biz":"a","Biz":"b","TicketId":"x"}"#,
    );
    assert_eq!(twice.expect(400).member("/Success"), "false");
    let form = raw(&stage, &LOGIN.replace("application/json", "text/plain"), |stream| {
        stream.write_all(b"content-length: 2\r\n\r\n{}").unwrap();
    });
    assert_eq!(form, "HTTP/1.1 415 Unsupported Media Type");
    stage.get("/nothing", None).expect(404);
    stage.get("/cid/v1/token", None).expect(405);
}

#[test]
fn setting_the_clock_moves_deadlines_with_it() {
    let stage = Stage::new();
    for jump in [365 * 86_400, -(2 * 365 * 86_400), 3600] {
        let token = login(&stage, "bank");
        let started = start(&stage, &token, &json!({})).expect(201);
        stage.clock.jump(jump);
        // Nothing expires because the clock was set ...
        assert_eq!(stage.open(&started.member("/pageUrl")).0.status, 303, "{jump}");
        stage.desk.end(End::with_document());
        let path = format!("/cid/v1/sessions/{}", started.member("/sessionId"));
        stage.get(&path, Some(&token)).expect(200);
        // ... and nothing lives longer.
        stage.clock.pass(1800);
        stage.get(&path, Some(&token)).expect(401);
    }
}

#[test]
fn nothing_of_the_person_and_no_secret_is_in_a_file_before_the_end() {
    let stage = Stage::new();
    let token = login(&stage, "bank");
    let binding = json!({"Name": "ERIKSSON ANNA", "IdentificationNumber": "900101400001"});
    let body: Value = json!({"Biz": "RPBioOnly", "TicketId": "t-1", "Binding": binding});
    let answer = call(&stage, "GetVerifyToken", &body).expect(200);
    stage.open(&answer.member("/Data/CloudauthPageUrl"));
    let hidden = [
        "ERIKSSON".to_owned(),
        "900101400001".into(),
        SECRET.into(),
        answer.member("/Data/VerifyToken/Token"),
        token[7..].to_owned(),
    ];
    for entry in std::fs::read_dir(stage.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for text in &hidden {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{}", path.display());
        }
    }
}
