//! The page's files and messages, compiled in: what is shown is covered by the program's digest.

use std::borrow::Cow;

use rust_embed::{EmbeddedFile, RustEmbed};

/// The page: HTML, CSS, modules.
#[derive(RustEmbed)]
#[folder = "src/kiosk/page/"]
struct Page;

/// Fluent's modules for the browser, fetched by `scripts/setup.sh`.
#[derive(RustEmbed)]
#[folder = "src/kiosk/vendor/fluent/"]
#[include = "*.js"]
struct Fluent;

/// The messages, one file for each language.
#[derive(RustEmbed)]
#[folder = "src/kiosk/languages/"]
#[include = "*.ftl"]
struct Languages;

/// A file and its media type.
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub media_type: &'static str,
}

/// The file at `path` below `/assets/`.
pub fn asset(path: &str) -> Option<Asset> {
    let file = match path.strip_prefix("fluent/") {
        Some(module) => Fluent::get(module),
        None => Page::get(path),
    };
    file.and_then(|file| typed(path, file))
}

/// The messages of a language, as a Fluent file.
pub fn messages(tag: &str) -> Option<Asset> {
    let name = format!("{tag}.ftl");
    Languages::get(&name).and_then(|file| typed(&name, file))
}

fn typed(path: &str, file: EmbeddedFile) -> Option<Asset> {
    let (_, ending) = path.rsplit_once('.')?;
    let media_type = match ending {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "ftl" => "text/plain; charset=utf-8",
        _ => return None,
    };
    Some(Asset { bytes: file.data, media_type })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sections::LANGUAGES;

    #[test]
    fn the_page_its_library_and_every_language_are_there() {
        for path in ["index.html", "fluent/index.js", "fluent/bundle.js"] {
            assert!(asset(path).is_some_and(|asset| !asset.bytes.is_empty()), "{path}");
        }
        for tag in LANGUAGES {
            assert!(messages(tag).is_some(), "{tag}");
        }
        for path in ["../mod.rs", "/etc/passwd", "", "fluent/../../page/index.html", "x"] {
            assert!(asset(path).is_none(), "{path}");
        }
    }
}
