//! the central side: receiving and acknowledging results
