//! What a session shows to the person. Answers come back as orders, so that nothing here has to
//! wait.

use vouch_contract::document::reading::Document;
use vouch_session::types::Prompt;

/// Shows a session to the person: a console, a page, a line of events.
pub trait Screen {
    /// Shows a prompt.
    fn prompt(&mut self, prompt: Prompt);

    /// Shows the fields that were read, for confirmation. The answer is
    /// [`Steer::Confirmed`](super::order::Steer::Confirmed). False if nobody can be asked.
    fn confirm(&mut self, document: &Document) -> bool;

    /// Asks for name and number. The answer is [`Steer::Typed`](super::order::Steer::Typed). False
    /// if nobody can be asked.
    fn ask_claim(&mut self) -> bool;
}
