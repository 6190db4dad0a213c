-- From version 1 to 2: whether a partner may enrol people in the terminal's gallery.

ALTER TABLE partner ADD COLUMN gallery INTEGER NOT NULL DEFAULT 0 CHECK (gallery IN (0, 1));

PRAGMA user_version = 2;
