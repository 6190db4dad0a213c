//! the MQTT link to the central side
