//! Converting a raw frame allocates nothing once its memory is there.

use vouch_perception::camera::convert::{Colour, Converter, Layout};
use vouch_perception::camera::{Frame, Orientation, PixelFormat, Rotation};
use vouch_testkit::allocations::{Counting, count_on_this_thread};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn raw_frames_cost_no_allocation() {
    let mut converter = Converter::default();
    let (mut frame, mut turned) = (Frame::default(), Frame::default());
    let sideways = Orientation { rotate: Rotation::Right, mirrored: true };
    let bytes = vec![128; 1312 * 480];
    for format in PixelFormat::ALL.into_iter().filter(|format| !format.is_compressed()) {
        let layout = Layout {
            format,
            width: if format == PixelFormat::Rgb24 { 400 } else { 640 },
            height: 320,
            stride: 1312,
            luma_rows: 320,
            colour: Colour::default(),
        };
        let mut round = || {
            converter.convert(&layout, &bytes, &mut frame).expect("a picture");
            sideways.apply(&frame, &mut turned);
        };
        round();
        let (allocations, ()) = count_on_this_thread(|| (0..9).for_each(|_| round()));
        assert_eq!(allocations, Some(0), "{format}");
    }
}
