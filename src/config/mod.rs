//! one TOML file and its patches, checked
