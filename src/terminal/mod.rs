//! The terminal: the role that owns session, key, store and link, and never
//! the camera.
