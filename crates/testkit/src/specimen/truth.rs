//! The ground truth of a specimen and its photographs, written beside them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::holder::Holder;
use super::layout::{Layout, Side};
use super::lookalikes::Trouble;
use super::page::{Content, Page, Zone};
use super::scene::{Photograph, Shot};
use vouch_contract::document::fields::{DocumentType, FieldName, Format, Quad};
use vouch_contract::json_name::json_name;

/// Columns of [`Truth::row`]: those of the ground truth of collected photographs, and the corners.
pub const COLUMNS: [&str; 6] = ["file", "type", "mrz_lines(|)", "check_digits", "note", "corners"];

/// The ground truth of one picture.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Truth {
    /// Name of the picture's file.
    pub file: String,
    /// Which document.
    pub layout: Layout,
    /// Which side.
    pub side: Side,
    /// CID's type.
    pub document_type: DocumentType,
    /// Format of the machine readable zone, if this side has one.
    pub format: Option<Format>,
    /// Its lines.
    pub mrz: Vec<String>,
    /// CID's fields, of both sides; names in the zone's letters.
    pub fields: BTreeMap<FieldName, String>,
    /// The last day has passed.
    pub expired: bool,
    /// The zones of the page at 300 dots per inch.
    pub zones: Vec<Zone>,
    /// The photograph's truth.
    #[serde(flatten)]
    pub photo: Option<PhotoTruth>,
}

/// The ground truth of a photograph.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoTruth {
    /// Corners of the document, or of the thing shown instead; `None` if nothing is shown.
    pub corners: Option<Quad>,
    /// What is wrong.
    pub trouble: Option<Trouble>,
    /// Share of the machine readable zone under the thumb.
    pub mrz_hidden: f32,
    /// Share of the portrait under the thumb.
    pub portrait_hidden: f32,
    /// Brightest reflection over the machine readable zone; white paper gives 1.
    pub mrz_glare: f32,
    /// Brightest reflection over the portrait.
    pub portrait_glare: f32,
    /// All random choices.
    pub shot: Shot,
}

impl Truth {
    /// Of a page, and of a photograph of it.
    pub fn new(
        file: String,
        layout: Layout,
        (holder, expired): (&Holder, bool),
        page: &Page,
        photograph: Option<(&Photograph, Option<Trouble>)>,
    ) -> Self {
        let size = page.image.dimensions();
        let photo = photograph.map(|(photograph, trouble)| {
            let area = |content| page.zone(content).map(|zone| photograph.place(size, zone.area));
            let hidden =
                |content| area(content).map_or(0.0, |area| photograph.shot.hidden(photograph.extent, area));
            let glare = |content| area(content).map_or(0.0, |area| photograph.shot.worst_glare(area));
            PhotoTruth {
                corners: (trouble != Some(Trouble::Nothing)).then_some(photograph.corners),
                trouble,
                mrz_hidden: hidden(Content::Mrz),
                portrait_hidden: hidden(Content::Portrait),
                mrz_glare: glare(Content::Mrz),
                portrait_glare: glare(Content::Portrait),
                shot: photograph.shot.clone(),
            }
        });
        let shown = photo.as_ref().and_then(|photo| photo.trouble).is_none_or(Trouble::shows_document);
        Self {
            file,
            layout,
            side: page.side,
            document_type: layout.document_type(),
            format: (shown && !page.mrz.is_empty()).then(|| layout.format()),
            mrz: if shown { page.mrz.clone() } else { Vec::new() },
            fields: if shown { holder.fields() } else { BTreeMap::new() },
            expired,
            zones: if shown { page.zones.clone() } else { Vec::new() },
            photo,
        }
    }

    /// The same as a row under [`COLUMNS`].
    pub fn row(&self) -> [String; 6] {
        let kind = match self.format {
            Some(Format::Td1) => "TD1",
            Some(Format::Td2) => "TD2",
            Some(Format::Td3) => "TD3",
            Some(Format::MrvA) => "MRVA",
            Some(Format::MrvB) => "MRVB",
            Some(Format::FrenchId) => "FRENCH_ID",
            None => "none",
        };
        let checks = if self.format.is_some() { "ok" } else { "none" };
        let corners = self.photo.as_ref().and_then(|photo| photo.corners);
        let corners = corners.and_then(|corners| serde_json::to_string(&corners).ok()).unwrap_or_default();
        [self.file.clone(), kind.to_owned(), self.mrz.join("|"), checks.to_owned(), self.note(), corners]
    }

    fn note(&self) -> String {
        let mut notes = vec![
            match self.side {
                Side::Front => "front",
                Side::Back => "back",
            }
            .to_owned(),
        ];
        if self.expired {
            notes.push("expired".to_owned());
        }
        if let Some(photo) = &self.photo {
            notes.extend(photo.trouble.as_ref().map(json_name));
            for (share, what) in
                [(photo.mrz_hidden, "thumb on mrz"), (photo.portrait_hidden, "thumb on portrait")]
            {
                if share > 0.0 {
                    notes.push(format!("{what} {share:.2}"));
                }
            }
            for (light, what) in
                [(photo.mrz_glare, "glare on mrz"), (photo.portrait_glare, "glare on portrait")]
            {
                if light > 0.05 {
                    notes.push(format!("{what} {light:.2}"));
                }
            }
        }
        notes.join("; ")
    }
}
