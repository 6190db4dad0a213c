//! TongDun's languages, and the browser's choice among them.

/// TongDun's tag and the tag of BCP 47: TongDun writes `kh` for Khmer, whose tag is `km`.
const LANGUAGES: [(&str, &str); 14] = [
    ("en", "en"),
    ("id", "id"),
    ("es", "es"),
    ("ar", "ar"),
    ("tl", "tl"),
    ("ko", "ko"),
    ("pt", "pt"),
    ("ru", "ru"),
    ("th", "th"),
    ("tr", "tr"),
    ("vi", "vi"),
    ("kh", "km"),
    ("zh-Hans", "zh-Hans"),
    ("zh-Hant", "zh-Hant"),
];
/// Longest `Accept-Language` that is looked at, in bytes.
const MAX_HEADER: usize = 1000;

/// The BCP 47 tag of a language that TongDun has; `None` for any other.
pub(super) fn tag(language: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(theirs, _)| *theirs == language).map(|(_, tag)| *tag)
}

/// The first language of TongDun's that the browser prefers, else English. Weights other than 0 do
/// not reorder: browsers send their languages in order.
pub(super) fn of_browser(accept: Option<&str>) -> &'static str {
    let accept = accept.filter(|accept| accept.len() <= MAX_HEADER).unwrap_or_default();
    let ranges = accept.split(',').filter_map(|range| {
        let (range, weight) = range.split_once(';').unwrap_or((range, ""));
        let refused = weight.trim().trim_start_matches("q=").parse() == Ok(0.0_f32);
        (!refused).then(|| range.trim().to_ascii_lowercase())
    });
    ranges.filter_map(|range| matching(&range)).next().unwrap_or("en")
}

fn matching(range: &str) -> Option<&'static str> {
    let primary = range.split('-').next().unwrap_or_default();
    match primary {
        // Script by region, as browsers write it (RFC 6067, likely subtags).
        "zh" if ["hant", "tw", "hk", "mo"].iter().any(|part| range.split('-').any(|p| p == *part)) => {
            Some("zh-Hant")
        }
        "zh" => Some("zh-Hans"),
        // Filipino and Tagalog are one page.
        "fil" => Some("tl"),
        primary => LANGUAGES.iter().map(|(_, tag)| *tag).find(|tag| *tag == primary),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_browser_s_first_language_that_there_is() {
        for (accept, tag) in [
            ("de-DE,de;q=0.9,es;q=0.8,en;q=0.7", "es"),
            ("zh-TW,zh;q=0.9", "zh-Hant"),
            ("zh-CN", "zh-Hans"),
            ("km-KH", "km"),
            ("fil", "tl"),
            ("ru;q=0,tr", "tr"),
            ("de", "en"),
            ("*", "en"),
            ("", "en"),
        ] {
            assert_eq!(of_browser(Some(accept)), tag, "{accept}");
        }
        assert_eq!(of_browser(None), "en");
        assert_eq!((tag("kh"), tag("zh-Hant"), tag("de")), (Some("km"), Some("zh-Hant"), None));
    }

    proptest! {
        #[test]
        fn any_header_gives_a_language_of_the_list(accept in "\\PC{0,80}|[a-z,;=q0.9 -]{0,80}") {
            let found = of_browser(Some(&accept));
            prop_assert!(LANGUAGES.iter().any(|(_, tag)| *tag == found));
        }
    }
}
