//! The partners' APIs as a partner sees them: real HTTP on loopback, over a desk that the tests
//! lead.

mod alibaba;
mod bad_input;
mod cid;
mod clock;
mod description;
mod desk;
mod examples;
mod https;
mod limits;
mod page;
mod stage;
mod tongdun;
mod webhooks;
