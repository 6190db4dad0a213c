//! Whatever happens: no panic, exactly one end, and no unearned success.

use std::time::Duration;

use jiff::civil::date;
use proptest::prelude::*;
use vouch_contract::document::fields::{Field, FieldName, FieldSource};
use vouch_contract::document::look::DocumentLook;
use vouch_contract::document::look::{CaptureFault, CaptureMeasures};
use vouch_contract::document::reading::{ReadFault, SideReading};
use vouch_contract::eye::protocol::{ReferenceFault, Slot};
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::face::{Bounds, Face, Pose, Quality, Template};
use vouch_contract::record::RecordFault;
use vouch_contract::scheme::Scheme;
use vouch_session::challenge::Challenge;
use vouch_session::machine::Machine;
use vouch_session::policy::Policy;
use vouch_session::types::{Action, Claimed, Confirmation, Event};

use crate::documents::{back, front};
use crate::faces::{straight_face, template};
use crate::scene::{Scene, THREE, on_record};

// ---- nonsense events ----

prop_compose! {
    fn any_face()(
        track in 0..3_u32,
        box_ in any::<[f32; 4]>(),
        pose in any::<[f32; 3]>(),
        rest in any::<[f32; 6]>(),
        marks in any::<[u8; 4]>(),
        plausible in any::<bool>(),
    ) -> Face {
        let straight = straight_face();
        if plausible {
            return Face { track, mouth: rest[0].abs() % 1.0, ..straight };
        }
        Face {
            track,
            bounds: Bounds { x: box_[0], y: box_[1], width: box_[2], height: box_[3] },
            presence: rest[0],
            pose: Pose { yaw: pose[0], pitch: pose[1], roll: pose[2] },
            eyes: [rest[1], rest[2]],
            mouth: rest[3],
            eye_distance: rest[4],
            brightness: rest[5],
            quality: Quality {
                unified: marks[0],
                sharpness: marks[1],
                exposure: marks[2],
                occlusion: marks[3],
                ..straight.quality
            },
        }
    }
}

prop_compose! {
    fn any_sighting()(
        sequence in 0..50_u64,
        faces in 0..4_u8,
        face in prop::option::of(any_face()),
        wide in any::<bool>(),
        document in prop::option::of(any_look()),
    ) -> Sighting {
        let (width, height) = if wide { (640, 480) } else { (0, 0) };
        Sighting { sequence, at: Duration::ZERO, width, height, dropped: 0, faces, face, document, ..Sighting::default() }
    }
}

fn any_template() -> impl Strategy<Value = Box<Template>> {
    prop_oneof![
        (0..3_usize, 0..3_u64).prop_map(|(who, look)| Box::new(template(who, look))),
        (any::<[u8; 8]>(), prop::collection::vec(any::<f32>(), 0..9))
            .prop_map(|(model, values)| Box::new(Template { model, values: values.into_iter().collect() })),
    ]
}

fn any_slot() -> impl Strategy<Value = Slot> {
    prop_oneof![
        Just(Slot::Best),
        Just(Slot::Continuity),
        any::<u8>().prop_map(Slot::Gesture),
        (0..3_u8).prop_map(Slot::Document),
    ]
}

fn any_look() -> impl Strategy<Value = DocumentLook> {
    let fault = prop_oneof![3 => Just(None), 1 => Just(Some(CaptureFault::Glare))];
    (fault, any::<f32>(), any::<[f32; 5]>()).prop_map(|(fault, score, measured)| DocumentLook {
        quad: None,
        fault,
        measures: CaptureMeasures {
            width: measured[0],
            tilt: measured[1],
            sharpness: measured[2],
            brightness: measured[3],
            glare: measured[4],
        },
        score,
    })
}

fn any_reading() -> impl Strategy<Value = Result<Box<SideReading>, ReadFault>> {
    prop_oneof![
        1 => Just(Err(ReadFault::NotADocument)),
        1 => Just(Err(ReadFault::Unavailable)),
        4 => (any::<bool>(), any_template(), "[A-Z<]{0,9}", "[0-9-]{0,10}").prop_map(
            |(has_zone, template, number, date)| {
                let mut side = if has_zone { back("D23145890") } else { front(0) };
                if let Some(portrait) = &mut side.portrait {
                    portrait.template = template;
                }
                for field in &mut side.fields {
                    match field.name {
                        FieldName::DocumentNumber => field.value.clone_from(&number),
                        FieldName::DateOfBirth => field.value.clone_from(&date),
                        _ => {}
                    }
                }
                Ok(Box::new(side))
            }
        ),
    ]
}

fn any_look_up() -> impl Strategy<Value = Event> {
    let before = prop_oneof![
        Just(Ok(None)),
        any_template().prop_map(|template| Ok(Some(template))),
        Just(Err("the disk is gone".to_owned())),
    ];
    before.prop_map(|before| Event::LookedUp { today: date(2026, 11, 25), before })
}

fn any_confirmation() -> impl Strategy<Value = Confirmation> {
    prop_oneof![
        Just(Confirmation::Wrong),
        Just(Confirmation::Unattended),
        "[A-Z]{0,5}".prop_map(|value| {
            let (name, source) = (FieldName::LastName, FieldSource::Person);
            Confirmation::Right(vec![Field { name, value, confidence: 1.0, source }])
        }),
    ]
}

fn any_claimed() -> impl Strategy<Value = Claimed> {
    prop_oneof![4 => Just(Claimed::Given), 1 => Just(Claimed::Refused), 1 => Just(Claimed::Unattended)]
}

fn any_fault() -> impl Strategy<Value = RecordFault> {
    prop_oneof![
        Just(RecordFault::NotFound),
        Just(RecordFault::NumberDiffers),
        Just(RecordFault::Unreachable("gone".to_owned())),
    ]
}

fn any_record() -> impl Strategy<Value = Event> {
    let days = prop::sample::select(vec!["2025-03-01", "2001-01-01", "2099-01-01", "-009999-01-01"]);
    let found = prop_oneof![4 => days.prop_map(|day| Ok(on_record(day))), 1 => any_fault().prop_map(Err)];
    found.prop_map(|found| Event::Record { today: date(2026, 11, 25), found })
}

fn any_match() -> impl Strategy<Value = Result<(), RecordFault>> {
    prop_oneof![3 => Just(Ok(())), 1 => any_fault().prop_map(Err)]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => Just(Event::Begin),
        20 => any_sighting().prop_map(Event::Sighting),
        10 => (0..50_u64, any_slot(), any::<bool>(), prop::option::of(any_template())).prop_map(
            |(sequence, slot, found, template)| Event::Kept { sequence, slot, found, template }
        ),
        2 => any_template().prop_map(|template| Event::Reference(Ok(template))),
        1 => Just(Event::Reference(Err(ReferenceFault::NoFace))),
        3 => Just(Event::Tick),
        2 => any::<bool>().prop_map(Event::Lit),
        1 => Just(Event::SourceEnded { reason: "over".to_owned() }),
        1 => Just(Event::Cancel),
        3 => any_reading().prop_map(Event::Read),
        2 => any_look_up(),
        2 => any_confirmation().prop_map(Event::Confirmed),
        2 => any_claimed().prop_map(Event::Claimed),
        3 => any_record(),
        2 => any_match().prop_map(Event::RecordMatched),
    ]
}

pub fn any_scheme() -> impl Strategy<Value = Scheme> {
    prop::sample::select(&Scheme::ALL[..])
}

proptest! {
    #[test]
    fn any_events_come_to_one_end(
        scheme in any_scheme(),
        events in prop::collection::vec((any_event(), 0..100_000_u64), 0..120),
    ) {
        let challenge = Challenge::new(&THREE).unwrap();
        let mut policy = Policy::default();
        policy.challenge.count = THREE.len() as u8;
        let mut machine = Machine::new(policy, scheme, challenge).unwrap();
        let mut sighted = Vec::new();
        let mut ends = 0;
        let mut latest = Duration::ZERO;
        for (event, at) in events {
            if let Event::Sighting(sighting) = &event {
                sighted.push(sighting.sequence);
            }
            let now = Duration::from_millis(at);
            latest = latest.max(now);
            for action in machine.step(&event, now) {
                prop_assert_eq!(ends, 0);
                match action {
                    Action::Finish(outcome) => {
                        ends += 1;
                        prop_assert!(!outcome.success);
                    }
                    Action::Keep { sequence, .. } => prop_assert!(sighted.contains(&sequence)),
                    Action::Prompt(_)
                    | Action::Watch(_)
                    | Action::Read { .. }
                    | Action::LookUp { .. }
                    | Action::Confirm(_)
                    | Action::Light(_)
                    | Action::AskClaim
                    | Action::FindRecord(_)
                    | Action::EmbedRecord
                    | Action::MatchRecord(_) => {}
                }
            }
        }
        // The first tick may only begin the session; the next is past its limit.
        for _ in 0..2 {
            for action in machine.step(&Event::Tick, latest) {
                ends += usize::from(matches!(action, Action::Finish(_)));
            }
            let policy = Policy::default();
            let record = policy.record.total(scheme.plan());
            let most = policy.limits.session + policy.document.total() + record;
            latest += most + Duration::from_millis(1);
        }
        prop_assert_eq!(ends, 1);
    }

    #[test]
    fn broken_numbers_never_pass(
        fields in prop::collection::vec(0..12_usize, 1..4),
        number in prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(f32::NEG_INFINITY)],
    ) {
        let mut scene = Scene::new(Policy::default(), Scheme::LivenessOnly, &THREE);
        scene.breaks = fields.into_iter().map(|field| (field, number)).collect();
        scene.looks_straight(1.0);
        for gesture in THREE {
            scene.does(gesture).looks_straight(1.0);
        }
        scene.looks_straight(20.0);
        prop_assert!(!scene.ends().success);
    }
}

// ---- people who act at random ----
