#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

#[test]
#[ignore = "measurement"]
fn dump() {
    let mut reader = ZoneReader::open(Settings::default()).unwrap();
    let files = std::env::var("ZONE_FILES").unwrap();
    for file in files.split(',') {
        let page = image::open(file).unwrap().to_luma8();
        let size = if page.width() < 1200 { PageSize::Id1 } else { PageSize::Id3 };
        let (width, height) = size.pixels();
        let page = image::imageops::resize(&page, width, height, image::imageops::FilterType::CatmullRom);
        for _ in 0..2 {
            let start = std::time::Instant::now();
            let reading = reader.read(&page, None, jiff::civil::date(2026, 1, 1)).unwrap();
            println!("{file}: {:?} {:?}", start.elapsed(), reading.side);
            for field in reading.fields {
                println!("   {:?} {:?} {:.2}", field.name, field.value, field.confidence);
            }
        }
    }
}
