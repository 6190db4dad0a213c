//! The step Comparison: the live face against every portrait of the scheme.

use super::Machine;
use crate::ending::Ending;
use vouch_contract::claims::Comparison;
use vouch_contract::face::Template;
use vouch_contract::scheme::Against;

impl Machine {
    /// The bound portrait or the record's comes first. The document's, if one was read, must match
    /// as well.
    pub(super) fn compare(&self, live: &Template) -> Ending {
        let held = |template: Option<&Template>| {
            template.map(|template| self.held_against(live, template)).transpose()
        };
        let document = match held(self.portrait.as_ref().map(|portrait| &*portrait.template)) {
            Ok(document) => document,
            Err(ending) => return ending,
        };
        let reference = match held(self.reference.as_deref()) {
            Ok(reference) => reference,
            Err(ending) => return ending,
        };
        let missing = || Ending::not_comparable("there is no reference to compare with");
        match (self.compared_with(), reference, document) {
            (Against::Nothing, ..) => Ending::passed(None),
            (Against::Document, _, Some(document)) if document.matched => Ending::passed(Some(document)),
            (Against::Document, _, Some(document)) => Ending::no_match_with_document(document),
            (Against::Bound | Against::Record, Some(reference), document) => {
                let ending = match document {
                    _ if !reference.matched => Ending::no_match(reference),
                    Some(document) if !document.matched => {
                        Ending { comparison: Some(reference), ..Ending::no_match_with_document(document) }
                    }
                    _ => Ending::passed(Some(reference)),
                };
                Ending { document_comparison: document, ..ending }
            }
            (Against::Document, _, None) | (Against::Bound | Against::Record, None, _) => missing(),
        }
    }

    /// Which portrait decides. The document's also replaces a record's that is too old.
    fn compared_with(&self) -> Against {
        match self.scheme.plan().against {
            Against::Record if self.record.as_ref().is_some_and(|record| record.too_old) => Against::Document,
            against => against,
        }
    }

    fn held_against(&self, live: &Template, reference: &Template) -> Result<Comparison, Ending> {
        self.policy.compare(live, reference).map_err(|why| Ending::not_comparable(&why.to_string()))
    }
}
