//! One connection of a page.

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

use super::flow::Event;
use super::protocol::{FromPage, View, read};
use super::shared::Shared;

/// A page that takes nothing for this long has hung; it comes back by itself.
const SEND_LIMIT: Duration = Duration::from_secs(5);

/// Serves a page until it goes away.
pub(super) async fn serve(mut page: WebSocket, shared: &Arc<Shared>) {
    let (mut changes, mut pictures, mut marks) = (shared.changes(), shared.pictures(), shared.marks());
    if send(&mut page, view(&shared.view())).await.is_err() {
        return;
    }
    loop {
        // In this order: what the person does comes first, pictures last.
        let message = tokio::select! {
            biased;
            told = page.recv() => match told {
                Some(Ok(Message::Text(text))) => match read(text.as_str()) {
                    Ok(FromPage::Input { view, input }) => {
                        shared.take(Event::Input { view, input });
                        continue;
                    }
                    Err(why) => return close(page, why).await,
                },
                Some(Ok(Message::Binary(_))) => return close(page, "a page sends text").await,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            Ok(()) = changes.changed() => view(&shared.view()),
            Ok(()) = marks.changed() => {
                let mark = marks.borrow_and_update().clone();
                match mark {
                    Some(mark) => Message::Text((&*mark).into()),
                    None => continue,
                }
            }
            Ok(()) = pictures.changed() => {
                let picture = pictures.borrow_and_update().clone();
                match picture {
                    Some(picture) => Message::Binary(picture.to_vec().into()),
                    None => continue,
                }
            }
        };
        if send(&mut page, message).await.is_err() {
            return;
        }
    }
}

fn view(view: &View) -> Message {
    // A view has no map with keys that are not text, so this can't fail.
    Message::Text(serde_json::to_string(view).unwrap_or_default().into())
}

async fn send(page: &mut WebSocket, message: Message) -> Result<(), ()> {
    match timeout(SEND_LIMIT, page.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}

async fn close(mut page: WebSocket, why: &'static str) {
    let _ =
        send(&mut page, Message::Close(Some(CloseFrame { code: close_code::POLICY, reason: why.into() })))
            .await;
}
