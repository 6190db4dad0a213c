//! A success must be earned, whatever happens in between.

use crate::anything::any_scheme;
use crate::scene::Scene;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::time::Duration;
use vouch_contract::eye::protocol::Slot;
use vouch_contract::gesture::Gesture;
use vouch_contract::scheme::Scheme;
use vouch_contract::similarity::similarity;
use vouch_session::log::replay;
use vouch_session::policy::Policy;
use vouch_session::types::{Action, Event, Outcome, Prompt};

#[derive(Debug, Clone)]
enum Deed {
    /// Does whatever is asked.
    Obey,
    LookStraight(f32),
    Do(Gesture),
    Leave(f32),
    Company(f32),
    Swap {
        who: usize,
        seen: bool,
    },
    TrackedAnew,
    Broken {
        field: usize,
    },
    Whole,
    Silence(f32),
    ClockBack(u64),
    Delay(usize),
    Embeds(bool),
    Answers(bool),
    Loses(usize),
    Quality(u8),
    Ended,
}

fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        60 => Just(Deed::Obey),
        6 => (0.1_f32..1.5).prop_map(Deed::LookStraight),
        3 => prop::sample::select(&Gesture::ALL[..]).prop_map(Deed::Do),
        1 => (0.1_f32..2.0).prop_map(Deed::Leave),
        1 => (0.1_f32..2.0).prop_map(Deed::Company),
        2 => (0..2_usize, any::<bool>()).prop_map(|(who, seen)| Deed::Swap { who, seen }),
        1 => Just(Deed::TrackedAnew),
        1 => (0..12_usize).prop_map(|field| Deed::Broken { field }),
        2 => Just(Deed::Whole),
        1 => (0.1_f32..3.0).prop_map(Deed::Silence),
        1 => (0..20_000_u64).prop_map(Deed::ClockBack),
        1 => (0..12_usize).prop_map(Deed::Delay),
        1 => any::<bool>().prop_map(Deed::Embeds),
        1 => any::<bool>().prop_map(Deed::Answers),
        1 => (0..4_usize).prop_map(Deed::Loses),
        6 => (50..100_u8).prop_map(Deed::Quality),
        1 => Just(Deed::Ended),
    ]
}

fn do_it(scene: &mut Scene, deed: &Deed) {
    match deed.clone() {
        Deed::Obey => match scene.prompt() {
            Some(Prompt::Do(gesture)) => scene.looks_straight(0.3).does(gesture),
            _ => scene.looks_straight(0.4),
        },
        Deed::LookStraight(seconds) => scene.looks_straight(seconds),
        Deed::Do(gesture) => scene.does(gesture),
        Deed::Leave(seconds) => scene.leaves(seconds),
        Deed::Company(seconds) => scene.has_company(seconds),
        Deed::Swap { who, seen: true } => scene.is_swapped_for(who),
        Deed::Swap { who, seen: false } => {
            scene.who = who;
            scene
        }
        Deed::TrackedAnew => scene.is_tracked_anew(),
        Deed::Broken { field } => {
            scene.breaks = vec![(field, f32::NAN)];
            scene
        }
        Deed::Whole => {
            scene.breaks.clear();
            scene
        }
        Deed::Silence(seconds) => scene.hears_nothing_for(seconds),
        Deed::ClockBack(ms) => {
            scene.now = scene.now.saturating_sub(Duration::from_millis(ms));
            scene
        }
        Deed::Delay(frames) => {
            scene.eye.delay = frames;
            scene
        }
        Deed::Embeds(can) => {
            scene.eye.embeds = can;
            scene
        }
        Deed::Answers(does) => {
            scene.eye.answers = does;
            scene
        }
        Deed::Loses(frames) => {
            scene.eye.loses = frames;
            scene
        }
        Deed::Quality(unified) => {
            if let Some(face) = &mut scene.face {
                face.quality.unified = unified;
            }
            scene
        }
        Deed::Ended => {
            let reason = "over".to_owned();
            scene.tell(&Event::SourceEnded { reason });
            scene
        }
    };
}

fn play(scheme: Scheme, gestures: &[Gesture], deeds: &[Deed]) -> Scene {
    let mut scene = Scene::new(Policy::default(), scheme, gestures);
    if scheme == Scheme::FvBioOnly {
        scene.reference(0);
    }
    for deed in deeds {
        do_it(&mut scene, deed);
    }
    let record = Policy::default().record.total(scheme.plan());
    scene.hears_nothing_for(61.0 + record.as_secs_f32());
    scene
}

fn three_gestures() -> impl Strategy<Value = Vec<Gesture>> {
    Just(Gesture::ALL.to_vec()).prop_shuffle().prop_map(|all| all[..3].to_vec())
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    prop::collection::vec(any_deed(), 1..25)
}

/// What a success must be based on.
fn is_earned(scene: &Scene, scheme: Scheme, asked: &[Gesture], outcome: &Outcome) {
    let made: Vec<_> = outcome.gestures.iter().map(|g| g.gesture).collect();
    assert_eq!(made, asked, "all of them, in order");
    let mut last = Duration::ZERO;
    for record in &outcome.gestures {
        let done = record.done_at.expect("done");
        assert!(last <= record.asked_at && record.asked_at < done);
        last = done;
    }
    match (scheme, outcome.comparison) {
        (Scheme::LivenessOnly, None) => {}
        (Scheme::FvBioOnly | Scheme::RpManual | Scheme::RpBioOnly | Scheme::RpBioOnlyPro, Some(c)) => {
            assert!(c.matched && c.similarity >= c.threshold)
        }
        other => panic!("{other:?}"),
    }

    assert_eq!(outcome.record.is_some(), scheme.needs_record());

    // The answers the machine received, by frame.
    let template_of = |frame: u64, wanted: Slot| {
        scene.told.iter().find_map(|event| match event {
            Event::Kept { sequence, slot, found: true, template: Some(template) }
                if *sequence == frame && *slot == wanted =>
            {
                Some(template)
            }
            _ => None,
        })
    };
    let best = outcome.best.expect("a best frame");
    let in_slot = scene.kept(Slot::Best).into_iter().rfind(|frame| {
        !scene.told.iter().any(|event| {
            matches!(event, Event::Kept { sequence, slot: Slot::Best, found: false, .. }
                if sequence == frame)
        })
    });
    assert_eq!(in_slot, Some(best), "the frame the eye's slot holds");
    let best = template_of(best, Slot::Best).expect("its template");
    let done_frame = scene.frame_when(Prompt::WellDone).expect("done");
    let looked_after = scene.actions.iter().any(|(_, action)| match action {
        Action::Keep { sequence, slot, .. } if *sequence > done_frame => template_of(*sequence, *slot)
            .is_some_and(|template| similarity(template, best).is_ok_and(|s| s > 0.9)),
        _ => false,
    });
    assert!(looked_after, "a matching look after the last gesture");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_success_is_earned(
        scheme in any_scheme(),
        gestures in three_gestures(),
        deeds in deeds(),
    ) {
        let mut scene = play(scheme, &gestures, &deeds);
        let outcome = scene.ends().clone();
        let record = Policy::default().record.total(scheme.plan());
        prop_assert!(outcome.duration <= Duration::from_millis(60_200) + record);
        if outcome.success {
            is_earned(&scene, scheme, &gestures, &outcome);
        } else {
            prop_assert!(outcome.failed_at.is_some());
        }
        prop_assert_eq!(replay(&scene.log()[..]).unwrap(), outcome);
    }
}

/// Guards the test above: if no script succeeded, it would prove nothing.
#[test]
fn some_scripts_do_succeed() {
    let mut runner = TestRunner::deterministic();
    let script = (any_scheme(), three_gestures(), deeds());
    let successes = (0..200)
        .filter(|_| {
            let (scheme, gestures, deeds) = script.new_tree(&mut runner).unwrap().current();
            play(scheme, &gestures, &deeds).ends().success
        })
        .count();
    assert!(successes >= 10, "{successes} of 200");
}
