//! what must not be lost: the outbox on disk
