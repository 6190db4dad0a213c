//! The two cards of Kazakhstan in our own layout: their fields, places and languages. Colours,
//! emblem and patterns are our own.

use image::RgbImage;
use vouch_contract::document::partial_date::PartialDate;

use super::ground;
use super::ground::Palette;
use super::holder::Holder;
use super::layout::{Layout, Side};
use super::mrz::transliterate;
use super::page::{Content, Sheet};
use vouch_contract::document::fields::FieldName;

const TEAL: [u8; 3] = [12, 92, 112];

fn palette(layout: Layout) -> Palette {
    if layout == Layout::KzPermit {
        Palette { paper: ([244, 232, 214], [236, 222, 232]), inks: ([206, 160, 104], [176, 140, 180]) }
    } else {
        Palette { paper: ([214, 236, 240], [240, 238, 214]), inks: ([96, 176, 190], [206, 184, 100]) }
    }
}

/// Prints a side without its machine readable zone.
pub(super) fn print(sheet: &mut Sheet<'_>, layout: Layout, side: Side, of: &Holder, portrait: &RgbImage) {
    let (width, height) = sheet.canvas.size();
    ground::print(&mut sheet.canvas, palette(layout), (width * 0.70, height * 0.52, height * 0.36));
    match side {
        Side::Front => front(sheet, layout, of, portrait),
        Side::Back => back(sheet, layout, of),
    }
}

fn front(sheet: &mut Sheet<'_>, layout: Layout, of: &Holder, portrait: &RgbImage) {
    let (width, height) = sheet.canvas.size();
    let titles = if layout == Layout::KzPermit {
        ["ТҰРУҒА ЫҚТИЯРХАТ", "ВИД НА ЖИТЕЛЬСТВО"]
    } else {
        ["ЖЕКЕ КУӘЛІК", "УДОСТОВЕРЕНИЕ ЛИЧНОСТИ"]
    };
    ground::emblem(&mut sheet.canvas, (84.0, 66.0), 48.0, TEAL, 0.85);
    sheet.canvas.text(
        &sheet.fonts.bold,
        20.0,
        (160.0, 54.0),
        TEAL,
        "ҚАЗАҚСТАН РЕСПУБЛИКАСЫ / РЕСПУБЛИКА КАЗАХСТАН",
    );
    let title = format!("{} / {}", titles[0], titles[1]);
    sheet.canvas.text(&sheet.fonts.bold, 22.0, (160.0, 96.0), TEAL, &title);
    sheet.portrait(portrait, [40.0, 138.0, 304.0, 391.0]);
    sheet.ghost(portrait, [838.0, 410.0, 132.0, 170.0]);

    let x = 380.0;
    let sizes = (12.5, 24.0);
    let mut y = 146.0;
    let mut names = vec![
        ("ТЕГІ / ФАМИЛИЯ", FieldName::LastName, of.surname.as_str()),
        ("АТЫ / ИМЯ", FieldName::FirstName, of.given.as_str()),
    ];
    if let Some(patronymic) = &of.patronymic {
        names.push(("ӘКЕСІНІҢ АТЫ / ОТЧЕСТВО", FieldName::Patronymic, patronymic));
    }
    for (label, name, value) in names {
        y = sheet.pair((x, y), label, Content::Field(name), value, sizes);
        let latin = transliterate(value);
        let area = sheet.canvas.text(&sheet.fonts.regular, 17.0, (x, y - 3.0), [30, 30, 36], &latin);
        sheet.zones.push(super::page::Zone { content: Content::Latin(name), area, text: latin });
        y += 26.0;
    }
    y = sheet.pair(
        (x, y),
        "ТУҒАН КҮНІ / ДАТА РОЖДЕНИЯ",
        Content::Field(FieldName::DateOfBirth),
        &shown(of.birth),
        sizes,
    );
    if let Some(iin) = &of.iin {
        sheet.canvas.text(&sheet.fonts.regular, 16.0, (x, y + 14.0), [70, 82, 96], "ЖСН / ИИН");
        sheet.value((x + 128.0, y + 18.0), Content::Field(FieldName::IdentificationNumber), iin, 26.0);
    }
    sheet.specimen((width * 0.78, height * 0.46), 58.0);
}

fn back(sheet: &mut Sheet<'_>, layout: Layout, of: &Holder) {
    let (width, height) = sheet.canvas.size();
    let sizes = (12.0, 21.0);
    let left = 56.0;
    sheet.canvas.text(&sheet.fonts.regular, 15.0, (width - 380.0, 52.0), [70, 82, 96], "№");
    sheet.value((width - 350.0, 54.0), Content::Field(FieldName::DocumentNumber), &of.number, 28.0);
    let mut y = 46.0;
    y = sheet.pair(
        (left, y),
        "ТУҒАН ЖЕРІ / МЕСТО РОЖДЕНИЯ",
        Content::Field(FieldName::PlaceOfBirth),
        &of.birth_place,
        sizes,
    );
    let (label, nation) = if layout == Layout::KzPermit {
        ("АЗАМАТТЫҒЫ / ГРАЖДАНСТВО", of.nationality)
    } else {
        ("ҰЛТЫ / НАЦИОНАЛЬНОСТЬ", of.ethnicity.unwrap_or(of.nationality))
    };
    y = sheet.pair((left, y), label, Content::Field(FieldName::Nationality), nation, sizes);
    y = sheet.pair(
        (left, y),
        "БЕРГЕН ОРГАН / ОРГАН ВЫДАЧИ",
        Content::Field(FieldName::Authority),
        of.authority,
        sizes,
    );
    let label = "БЕРІЛГЕН КҮНІ / ДАТА ВЫДАЧИ";
    sheet.pair((left, y), label, Content::Field(FieldName::IssueDate), &shown(of.issue.into()), sizes);
    let expiry = of.expiry.map(|date| shown(date.into())).unwrap_or_default();
    let label = "ҚОЛДАНУ МЕРЗІМІ / СРОК ДЕЙСТВИЯ";
    sheet.pair((left + 360.0, y), label, Content::Field(FieldName::ExpireDate), &expiry, sizes);
    ground::emblem(&mut sheet.canvas, (width - 130.0, 176.0), 66.0, TEAL, 0.45);
    sheet.specimen((width * 0.68, height * 0.27), 58.0);
}

/// As the cards print dates: 31.12.1990, and XX.12.1990 where the day is unknown.
fn shown(date: PartialDate) -> String {
    let two = |part: Option<i8>| part.map_or("XX".to_owned(), |part| format!("{part:02}"));
    let year = date.year().map_or("XXXX".to_owned(), |year| year.to_string());
    format!("{}.{}.{year}", two(date.day()), two(date.month()))
}
