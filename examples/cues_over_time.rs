//! Prints what the cues over time say of recordings, one line of CSV for each
//! recording and cue: the last word, and the mean cost of a look in
//! microseconds.
//!
//! `cargo run --release --example cues_over_time -- FILE...`

use std::time::{Duration, Instant};

use vouch::camera::{CameraError, Frame, OpenOptions, open};
use vouch::config::Runtime;
use vouch::eye::setup::load_perception;
use vouch::liveness::cue::{CueWatcher, Look};
use vouch::liveness::gesture_physics::GesturePhysics;
use vouch::liveness::motion::Motion;
use vouch::liveness::pulse::Pulse;
use vouch::liveness::sensor::Sensor;
use vouch::liveness::types::Word;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut perception = load_perception(&Runtime { models_dir: "models".into(), ..Runtime::default() })?;
    println!("file,cue,word,quality,m0,m1,m2,m3,m4,m5,us_per_look");
    for file in std::env::args().skip(1) {
        let mut source = open(&file, &OpenOptions::default())?;
        let mut frame = Frame::default();
        let mut motion = Motion::new();
        let mut others: Vec<Box<dyn CueWatcher>> = others();
        let mut due = vec![Duration::ZERO; others.len() + 1];
        let mut spent = vec![(Duration::ZERO, 0_u32); others.len() + 1];
        perception.reset();
        loop {
            match source.next(&mut frame) {
                Ok(()) => {}
                Err(CameraError::Ended) => break,
                Err(error) => return Err(error.into()),
            }
            let Some(face) = perception.look(&frame)?.face else { continue };
            let look = Look { frame: &frame, landmarks: perception.landmarks(), face: &face, at: frame.at };
            let all = others.iter_mut().map(|cue| &mut **cue as &mut dyn CueWatcher);
            for (at, cue) in std::iter::once(&mut motion as &mut dyn CueWatcher).chain(all).enumerate() {
                if frame.at < due[at] {
                    continue;
                }
                due[at] = frame.at + cue.needs().every;
                let begun = Instant::now();
                cue.see(&look)?;
                spent[at] = (spent[at].0 + begun.elapsed(), spent[at].1 + 1);
            }
        }
        let name = file.rsplit('/').next().unwrap_or(&file);
        if std::env::var_os("COMPARISONS").is_some() {
            for (degrees, comparison) in motion.comparisons() {
                println!("#   {name} {degrees:.0} {comparison:.3?}");
            }
        }
        let all = others.iter().map(|cue| &**cue as &dyn CueWatcher);
        for (cue, (time, looks)) in std::iter::once(&motion as &dyn CueWatcher).chain(all).zip(&spent) {
            let cost = time.as_micros() as f64 / f64::from((*looks).max(1));
            match cue.word() {
                Word::Untold(why) => println!("{name},{:?},{why:?},,,,,,,,{cost:.0}", cue.cue()),
                Word::Told { measures, quality } => {
                    let measures = measures.map(|measure| format!("{measure:.3}")).join(",");
                    println!("{name},{:?},Told,{quality:.2},{measures},{cost:.0}", cue.cue());
                }
            }
        }
    }
    Ok(())
}

/// The cues beside motion.
fn others() -> Vec<Box<dyn CueWatcher>> {
    vec![Box::new(Pulse::new()), Box::new(Sensor::new()), Box::new(GesturePhysics::new())]
}
