//! identity: key, certificate, signature and its verification
