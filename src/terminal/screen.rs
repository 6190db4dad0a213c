//! What a session shows to the person. Answers come back as orders, so that nothing here waits.

use vouch_contract::document::reading::Document;
use vouch_session::types::Prompt;

/// Whatever shows a session to the person: a console, a page, a line of events.
pub trait Screen {
    /// Tells the person.
    fn prompt(&mut self, prompt: Prompt);

    /// Shows the fields that were read, to be confirmed; the answer is
    /// [`Steer::Confirmed`](super::order::Steer::Confirmed). False when there is nobody to ask.
    fn confirm(&mut self, document: &Document) -> bool;

    /// Asks for name and number; the answer is [`Steer::Typed`](super::order::Steer::Typed). False
    /// when there is nobody to ask.
    fn ask_claim(&mut self) -> bool;
}
