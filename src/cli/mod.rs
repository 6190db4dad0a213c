//! the commands, tying the rooms together
