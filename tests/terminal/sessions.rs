//! Sessions of a running terminal, each with a result that is kept.

use std::process::Command;

use rustix::process::{Pid, Signal};
use serde_json::{Value, json};

use crate::broker;
use crate::common::cards::{DAY, have_typefaces, photograph, specimens, truth};
use crate::common::desk::{Desk, Said};
use crate::common::media::{portrait, recording};
use crate::running::{
    END, LONG, MOUTH, PATIENCE, Running, SHORT, ends, has_ended, processes_in, signal, within,
};
#[test]
fn a_session_passes_and_its_result_is_kept() {
    let test = "a_session_passes_and_its_result_is_kept";
    let Some(mut running) = Running::start(test, MOUTH) else { return };
    running.begin_session_at_once();
    let result = running.hears("result");
    assert_eq!((&result["sessionStatus"], &result["liveness"]), (&"SUCCESS".into(), &200.into()), "{result}");
    let kept = running.kept();
    assert_eq!((&kept["sessionStatus"], &kept["jti"]), (&"SUCCESS".into(), &result["jti"]));
    assert_eq!(kept["evidence"]["challenge"]["chosenBy"], "random");
    assert!(kept["evidence"]["counts"]["frames"].as_u64().is_some_and(|frames| frames > 30), "{kept}");
    let media = kept["evidence"]["media"].as_array().map(Vec::len);
    assert_eq!(media, Some(0), "the service keeps no pictures yet, and the result says so");
    // The last prompt comes when the result is on disk, not before.
    let told: Vec<&Value> = running.seen.iter().filter(|event| event["event"] == "prompt").collect();
    assert_eq!(told.last().expect("prompts")["prompt"], "passed");
    assert!(running.stop().success());
}

/// One gesture, whenever the recording repeats it, whatever it shows in between.
const MOUTH_IN_A_LOOP: &str = "[session.policy.challenge]\ncount = 1\nset = [\"open-mouth\"]\n\
                               [session.policy.gestures]\nwrong_allowed = 50\n\
                               [session.policy.limits]\ngesture_ms = 40000\n";

#[test]
fn a_passport_finds_its_holders_record() {
    let test = "a_passport_finds_its_holders_record";
    let (Some(recording), true) = (recording(test), have_typefaces(test)) else { return };
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    // The person stays, and so does the passport before the document's camera.
    let looped = desk.path("looped.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-stream_loop", "12", "-i"]).arg(recording).args(["-c", "copy"]).arg(&looped);
    assert!(ffmpeg.status().expect("ffmpeg is there").success());
    let specimen = desk.path("passport");
    specimens(&specimen, "td3", &["--today", DAY, "--portrait", own.to_str().expect("UTF-8")]);
    let frames = desk.path("page");
    std::fs::create_dir(&frames).expect("room");
    for number in 0..3000 {
        let frame = frames.join(format!("{number:05}.jpg"));
        std::fs::hard_link(photograph(&specimen, ""), frame).expect("a link");
    }
    let records = desk.path("records");
    std::fs::create_dir(&records).expect("room");
    let register = |number: &str, last: &str, first: &str| {
        let record = json!({
            "version": 1, "number": number, "lastName": last, "firstName": first, "portraitDay": "2025-03-01",
        });
        let picture = image::open(&own).expect("a portrait").to_rgb8();
        picture.save(records.join(format!("{number}.jpg"))).expect("room");
        std::fs::write(records.join(format!("{number}.json")), record.to_string()).expect("room");
    };
    register("900101300007", "ERIKSSON", "ANNA");
    let fields = truth(&specimen);
    let field = |name: &str| fields[name].as_str();
    let number = field("identificationNumber").or(field("documentNumber")).expect("a number");
    desk.patch("authority", &format!("[authority]\nfolder = {records:?}\n"));
    desk.patch("document", &format!("[document_camera]\nsource = {frames:?}\nwidth = 1920\nheight = 1080\n"));
    desk.patch("session", "[session]\nscheme = \"RPBasic\"\n");
    let mut running = Running::start_with(desk, &looped, MOUTH_IN_A_LOOP);
    running.sees();
    running.begin_session();
    assert_eq!(running.hears_within(PATIENCE * 3, "result")["sessionStatus"], "FAILED");
    let kept = running.kept();
    assert_eq!(
        (&kept["errorInfo"]["error"], &kept["errorInfo"]["eventType"]),
        (&"CID_10".into(), &"record".into())
    );
    assert!(!running.log().contains(number), "{}", running.log());

    register(number, field("lastName").expect("a name"), field("firstName").expect("a name"));
    running.begin_session();
    let result = running.hears_within(PATIENCE * 4, "result");
    assert_eq!(result["sessionStatus"], "SUCCESS", "{result}; {:#?}; {}", running.seen, running.log());
    assert!(running.stop().success());
}

#[test]
fn an_end_in_the_middle_of_a_session_is_a_cancelled_session() {
    let test = "an_end_in_the_middle_of_a_session_is_a_cancelled_session";
    let Some(mut running) = Running::start(test, LONG) else { return };
    let eye = running.sees();
    running.begin_session();
    running.hears("prompt");
    assert!(running.stop().success());
    assert!(has_ended(eye), "no eye is left behind");
    let kept = running.kept();
    assert_eq!((&kept["sessionStatus"], &kept["liveness"]["code"]), (&"FAILED".into(), &12228.into()));
    within(END, "the decoder's end", || processes_in(&running.desk.path("")).is_empty());
}

#[test]
fn ctrl_c_cancels_and_is_no_broken_camera() {
    let test = "ctrl_c_cancels_and_is_no_broken_camera";
    let Some(mut running) = Running::start(test, LONG) else { return };
    let eye = running.sees();
    running.begin_session();
    running.hears("prompt");
    // A console sends it to every process of the terminal's group; the eye is in
    // its own group, so it is not among them.
    let group = |id: u32| rustix::process::getpgid(Pid::from_raw(id.cast_signed())).expect("it runs");
    assert_ne!(group(eye), group(running.id()));
    signal(running.id(), Signal::INT);
    running.hears("result");
    assert_eq!(running.kept()["liveness"]["code"], 12228);
    ends(running.id());
    ends(eye);
}

#[test]
fn a_terminal_without_a_camera_waits_for_one() {
    let test = "a_terminal_without_a_camera_waits_for_one";
    let Some(recording) = recording(test) else { return };
    let desk = Desk::new();
    let Some(mut running) = Running::start_on(desk, test, SHORT) else { return };
    running.sees();
    // The recording goes away as a camera would, and comes back.
    let clip = running.desk.path("clip.mp4");
    std::fs::remove_file(&clip).expect("it was there");
    signal(u32::try_from(running.seen[0]["eyePid"].as_u64().expect("an id")).expect("it fits"), Signal::KILL);
    running.hears("eye-lost");
    let lost = running.hears("eye-lost");
    assert!(lost["reason"].as_str().is_some_and(|reason| reason.contains("in this log")), "{lost}");
    // The eye writes its message after it has closed its socket.
    within(END, "the eye's own message", || running.log().contains("no such camera or file"));
    std::os::unix::fs::symlink(recording, &clip).expect("a link");
    running.hears("eye-started");
    assert!(running.stop().success());
}

#[test]
fn a_full_outbox_is_told_and_begins_no_session() {
    let test = "a_full_outbox_is_told_and_begins_no_session";
    let desk = Desk::new();
    desk.patch("store", "[store]\nmax_pending = 1\n");
    let Some(mut running) = Running::start_on(desk, test, SHORT) else { return };
    running.sees();
    running.begin_session();
    running.hears("result");
    // In the very instant in which the other session is over: this wish counts too.
    running.begin_session();
    let refused = running.hears("not-ready");
    assert!(refused["reason"].as_str().is_some_and(|reason| reason.contains("outbox is full")), "{refused}");
    assert_eq!(running.desk.counts().last_seq, 1);
    assert!(running.stop().success(), "it ends soon even while it waits");
}

#[test]
fn a_result_made_while_the_broker_was_down_is_delivered_later() {
    let test = "a_result_made_while_the_broker_was_down_is_delivered_later";
    if !broker::have_mosquitto(test) {
        return;
    }
    let desk = Desk::new();
    // The key comes first: the broker must know whom to trust.
    let identity =
        vouch_trust::identity::Identity::open_or_create_with(&desk.state(), None, None).expect("made");
    let device = identity.id.clone();
    let mut fixture = broker::Fixture::trusting(&identity.trust_pem);
    drop(identity);
    desk.patch(
        "fleet",
        &format!(
            "[fleet]\nenabled = true\nhost = \"127.0.0.1\"\nport = {}\ntenant = \"{}\"\nca = {:?}\n",
            fixture.broker.port,
            broker::TENANT,
            fixture.broker.ca
        ),
    );
    fixture.broker.stop();
    let Some(mut running) = Running::start_on(desk, test, SHORT) else { return };
    running.sees();
    running.begin_session();
    let result = running.hears("result");
    assert_eq!(running.desk.counts().waiting, 1, "nobody could take it");

    fixture.broker.start_again().expect("it starts");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let delivered = runtime.expect("a runtime").block_on(async {
        let hub = broker::hub::Hub::start(&fixture).await;
        // The longer the broker was down, the longer the link waits before it tries again.
        let acknowledged = || running.desk.counts().acknowledged == 1;
        broker::eventually_within(PATIENCE * 3, "the acknowledgement", acknowledged).await;
        hub.stop().await
    });
    assert_eq!((delivered.stored, delivered.refused), (1, 0), "{delivered:?}");
    assert_eq!(running.desk.counts().waiting, 0);
    let store = vouch_hub::folder::FolderStore::open(&fixture.results()).expect("it opens");
    let jti = result["jti"].as_str().expect("an id");
    let kept = std::fs::read_to_string(store.path_of(&device, 1, jti)).expect("the hub has it");
    assert_eq!(Said::by(running.desk.verify(&[kept.trim()])).code, Some(0));
    assert!(running.stop().success());
}
