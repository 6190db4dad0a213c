-- From version 1: a check value of the key.

CREATE TABLE key_check (
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT;

PRAGMA user_version = 2;
