//! Documents of UTO, the state that ICAO 9303 imagines for its examples.

use image::RgbImage;
use vouch_contract::document::partial_date::PartialDate;

use super::ground;
use super::ground::Palette;
use super::holder::Holder;
use super::layout::{Layout, Side};
use super::page::{Content, PX_PER_MM, Sheet};
use vouch_contract::document::fields::FieldName;

const BLUE: [u8; 3] = [38, 66, 112];

fn palette(layout: Layout) -> Palette {
    match layout {
        Layout::Td1 | Layout::Td2 => {
            Palette { paper: ([226, 236, 240], [240, 230, 222]), inks: ([120, 164, 188], [198, 150, 150]) }
        }
        Layout::MrvA | Layout::MrvB => {
            Palette { paper: ([232, 240, 226], [244, 238, 214]), inks: ([130, 170, 120], [196, 170, 104]) }
        }
        _ => Palette { paper: ([240, 232, 226], [222, 232, 240]), inks: ([186, 146, 156], [126, 158, 190]) },
    }
}

/// Prints a side without its machine readable zone.
pub(super) fn print(sheet: &mut Sheet<'_>, layout: Layout, side: Side, of: &Holder, portrait: &RgbImage) {
    let (width, height) = sheet.canvas.size();
    ground::print(&mut sheet.canvas, palette(layout), (width * 0.72, height * 0.42, height * 0.34));
    match (layout, side) {
        (Layout::Td1, Side::Front) => card_front(sheet, of, portrait),
        (Layout::Td1, Side::Back) => card_back(sheet, of),
        (Layout::Td3, _) => page(sheet, of, portrait, ["PASSPORT", "PASSEPORT"]),
        (Layout::MrvA | Layout::MrvB, _) => page(sheet, of, portrait, ["VISA", "VISA"]),
        _ => page(sheet, of, portrait, ["IDENTITY CARD", "CARTE D'IDENTITÉ"]),
    }
}

fn card_front(sheet: &mut Sheet<'_>, of: &Holder, portrait: &RgbImage) {
    let (width, height) = sheet.canvas.size();
    sheet.canvas.rectangle([-9.0, -9.0, width + 9.0, 76.0], 0.0, BLUE, 0.82);
    let white = [250, 250, 252];
    sheet.canvas.text(&sheet.fonts.serif, 28.0, (120.0, 50.0), white, "UTOPIA");
    sheet.canvas.text(&sheet.fonts.regular, 21.0, (290.0, 49.0), white, "IDENTITY CARD / CARTE D'IDENTITÉ");
    ground::emblem(&mut sheet.canvas, (66.0, 38.0), 34.0, white, 0.95);
    sheet.portrait(portrait, [38.0, 112.0, 318.0, 409.0]);
    sheet.ghost(portrait, [826.0, 400.0, 140.0, 180.0]);
    let x = 392.0;
    let sizes = (13.0, 24.0);
    let mut y = 120.0;
    y = sheet.pair((x, y), "Surname / Nom", Content::Field(FieldName::LastName), &of.surname, sizes);
    y = sheet.pair((x, y), "Given names / Prénoms", Content::Field(FieldName::FirstName), &of.given, sizes);
    sheet.pair((x, y), "Sex / Sexe", Content::Field(FieldName::Gender), &of.printed_sex, sizes);
    sheet.pair(
        (x + 150.0, y),
        "Nationality / Nationalité",
        Content::Field(FieldName::Nationality),
        of.nationality,
        sizes,
    );
    let birth = shown(of.birth);
    y = sheet.pair((x + 390.0, y), "Date of birth", Content::Field(FieldName::DateOfBirth), &birth, sizes);
    y = sheet.pair(
        (x, y),
        "Place of birth / Lieu de naissance",
        Content::Field(FieldName::PlaceOfBirth),
        &of.birth_place,
        sizes,
    );
    y = sheet.pair(
        (x, y),
        "Document No. / No du document",
        Content::Field(FieldName::DocumentNumber),
        &of.number,
        sizes,
    );
    let expiry = of.expiry.map(|date| shown(date.into())).unwrap_or_default();
    sheet.pair(
        (x, y),
        "Date of expiry / Date d'expiration",
        Content::Field(FieldName::ExpireDate),
        &expiry,
        sizes,
    );
    sheet.specimen((width * 0.79, height * 0.52), 58.0);
    signature(sheet, (60.0, 588.0), of);
}

fn card_back(sheet: &mut Sheet<'_>, of: &Holder) {
    let (width, height) = sheet.canvas.size();
    let sizes = (13.0, 23.0);
    let mut y = 50.0;
    y = sheet.pair(
        (60.0, y),
        "Authority / Autorité",
        Content::Field(FieldName::Authority),
        of.authority,
        sizes,
    );
    let issue = shown(of.issue.into());
    sheet.pair(
        (60.0, y),
        "Date of issue / Date de délivrance",
        Content::Field(FieldName::IssueDate),
        &issue,
        sizes,
    );
    chip(sheet, (690.0, 70.0));
    ground::emblem(&mut sheet.canvas, (width - 110.0, 120.0), 74.0, BLUE, 0.5);
    sheet.specimen((width * 0.5, height * 0.42), 66.0);
}

/// A page with the portrait left and the zone below: passport, visa, larger card.
fn page(sheet: &mut Sheet<'_>, of: &Holder, portrait: &RgbImage, titles: [&str; 2]) {
    let (width, height) = sheet.canvas.size();
    let free = height - 23.2 * PX_PER_MM;
    let tall = free * 0.68;
    let top = free * 0.2;
    sheet.canvas.text(&sheet.fonts.serif, free * 0.045, (width * 0.05, free * 0.1), BLUE, "UTOPIA");
    sheet.canvas.text(&sheet.fonts.bold, free * 0.036, (width * 0.30, free * 0.1), BLUE, titles[0]);
    sheet.canvas.text(&sheet.fonts.regular, free * 0.03, (width * 0.55, free * 0.1), BLUE, titles[1]);
    ground::emblem(&mut sheet.canvas, (width * 0.93, free * 0.12), free * 0.09, BLUE, 0.75);
    sheet.portrait(portrait, [width * 0.045, top, tall * 35.0 / 45.0, tall]);
    sheet.ghost(portrait, [width * 0.83, free * 0.62, free * 0.26 * 35.0 / 45.0, free * 0.26]);
    let sizes = (free * 0.0165, free * 0.033);
    let step = free * 0.094;
    let column = |share: f32| width * share;
    let row = |sheet: &mut Sheet<'_>, number: f32, share: f32, label: &str, name: FieldName, text: &str| {
        sheet.pair((column(share), top + sizes.0 + step * number), label, Content::Field(name), text, sizes);
    };
    row(sheet, 0.0, 0.43, "Code", FieldName::CountryCode, of.issuer);
    row(sheet, 0.0, 0.60, "Document No. / No du document", FieldName::DocumentNumber, &of.number);
    row(sheet, 1.0, 0.43, "Surname / Nom", FieldName::LastName, &of.surname);
    row(sheet, 2.0, 0.43, "Given names / Prénoms", FieldName::FirstName, &of.given);
    row(sheet, 3.0, 0.43, "Nationality / Nationalité", FieldName::Nationality, of.nationality);
    row(sheet, 3.0, 0.64, "Sex / Sexe", FieldName::Gender, &of.printed_sex);
    row(sheet, 4.0, 0.43, "Date of birth / Date de naissance", FieldName::DateOfBirth, &shown(of.birth));
    row(sheet, 4.0, 0.64, "Place of birth", FieldName::PlaceOfBirth, &of.birth_place);
    row(
        sheet,
        5.0,
        0.43,
        "Date of issue / Date de délivrance",
        FieldName::IssueDate,
        &shown(of.issue.into()),
    );
    let expiry = of.expiry.map(|date| shown(date.into())).unwrap_or_default();
    row(sheet, 6.0, 0.43, "Date of expiry / Date d'expiration", FieldName::ExpireDate, &expiry);
    row(sheet, 7.0, 0.43, "Authority / Autorité", FieldName::Authority, of.authority);
    sheet.specimen((width * 0.80, free * 0.42), free * 0.09);
}

fn chip(sheet: &mut Sheet<'_>, (x, y): (f32, f32)) {
    let canvas = &mut sheet.canvas;
    canvas.rectangle([x, y, x + 140.0, y + 110.0], 14.0, [206, 178, 104], 1.0);
    let line = [128, 104, 52];
    for share in [0.33, 0.66] {
        canvas.line((x, y + 110.0 * share), (x + 140.0, y + 110.0 * share), 2.0, line, 0.9);
        canvas.line((x + 140.0 * share, y), (x + 140.0 * share, y + 110.0), 2.0, line, 0.9);
    }
    canvas.rectangle([x + 46.0, y + 36.0, x + 94.0, y + 74.0], 8.0, [216, 190, 120], 1.0);
}

/// An imitation of a signature.
fn signature(sheet: &mut Sheet<'_>, (x, y): (f32, f32), of: &Holder) {
    let turns = 3.0 + (of.surname.len() % 5) as f32;
    sheet.canvas.curve((x, x + 240.0), 2.6, [40, 44, 96], 0.85, |at| {
        let t = (at - x) / 240.0;
        y - 18.0 * (t * turns * 6.3).sin() * (1.0 - 0.7 * t) - 10.0 * (t * 2.2 * 6.3).cos()
    });
}

/// As UTO prints dates: 12 AUG 1974, and XX AUG 1974 where the day is unknown.
fn shown(date: PartialDate) -> String {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let month = date.month().and_then(|month| MONTHS.get(usize::try_from(month - 1).ok()?));
    let day = date.day().map_or("XX".to_owned(), |day| format!("{day:02}"));
    let year = date.year().map_or("XXXX".to_owned(), |year| year.to_string());
    format!("{day} {} {year}", month.copied().unwrap_or("XXX"))
}
