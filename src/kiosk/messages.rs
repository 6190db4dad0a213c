//! The messages on this side: what is spoken, and the consent's text.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use super::assets;

/// The messages of one language.
pub struct Messages(FluentBundle<FluentResource>);

impl Messages {
    /// The messages of the language `tag`; `None` if there is no such language.
    pub fn of(tag: &str) -> Option<Self> {
        let file = assets::messages(tag)?;
        let text = String::from_utf8(file.bytes.into_owned()).ok()?;
        // A message that can't be read is left out, as in the browser. A test finds it.
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, _)| resource);
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().ok()?]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).ok()?;
        Some(Self(bundle))
    }

    /// A message without variables.
    pub fn text(&self, name: &str) -> Option<String> {
        let pattern = self.0.get_message(name)?.value()?;
        let mut faults = Vec::new();
        let text = self.0.format_pattern(pattern, None::<&FluentArgs<'_>>, &mut faults).into_owned();
        faults.is_empty().then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sections::LANGUAGES;
    use crate::kiosk::flow::prompt_names;

    #[test]
    fn every_language_has_every_prompt_and_the_consent() {
        for tag in LANGUAGES {
            let messages = Messages::of(tag).unwrap_or_else(|| panic!("{tag}"));
            for name in prompt_names().into_iter().map(|name| format!("prompt-{name}")) {
                assert!(messages.text(&name).is_some_and(|text| !text.is_empty()), "{tag}: {name}");
            }
            assert!(messages.text("consent-text").is_some(), "{tag}");
        }
        assert!(Messages::of("xx").is_none());
        assert!(Messages::of("en").unwrap().text("no-such-message").is_none());
    }

    #[test]
    fn every_file_is_read_without_a_fault() {
        for tag in LANGUAGES {
            let file = assets::messages(tag).unwrap();
            let text = String::from_utf8(file.bytes.into_owned()).unwrap();
            assert!(FluentResource::try_new(text).is_ok(), "{tag}");
        }
    }
}
