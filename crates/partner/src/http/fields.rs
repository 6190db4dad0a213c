//! Fields that several requests have, and how they are described for machines.

use serde::Deserialize;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use vouch_contract::record::{MAX_NAME, MAX_NUMBER};

use super::fault::Fault;
use super::text;
use crate::desk::Picture;

/// Base64 with padding (RFC 4648, 4).
const BASE64: &str = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$";
/// 1 to 32 letters and digits, with spaces and hyphens anywhere.
const NUMBER: &str = "^[ -]*[0-9A-Za-z]([ -]*[0-9A-Za-z]){0,31}[ -]*$";
/// No control characters, no direction marks, nothing invisible; one of them at least no space.
const NAME: &str = r"^[^\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]*[^\u0000-\u0020\u007f-\u00a0\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb][^\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]*$";

/// A picture file in base64.
#[derive(Clone, Deserialize)]
pub(crate) struct PictureText(String);

impl PictureText {
    /// The picture. `what` is the field's name.
    pub fn read(&self, what: &'static str) -> Result<Picture, Fault> {
        text::picture(what, &self.0)
    }
}

/// An identification number.
#[derive(Clone, Deserialize)]
pub(crate) struct NumberText(pub String);

/// A name, or a part of one.
#[derive(Clone, Deserialize)]
pub(crate) struct NameText(pub String);

impl PartialSchema for PictureText {
    fn schema() -> RefOr<Schema> {
        let described = ObjectBuilder::new().schema_type(Type::String).content_encoding("base64");
        described.min_length(Some(4)).pattern(Some(BASE64)).into()
    }
}

impl PartialSchema for NumberText {
    fn schema() -> RefOr<Schema> {
        let described = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
        described.max_length(Some(2 * MAX_NUMBER)).pattern(Some(NUMBER)).into()
    }
}

impl PartialSchema for NameText {
    fn schema() -> RefOr<Schema> {
        let described = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
        described.max_length(Some(MAX_NAME)).pattern(Some(NAME)).into()
    }
}

impl ToSchema for PictureText {}

impl ToSchema for NumberText {}

impl ToSchema for NameText {}
