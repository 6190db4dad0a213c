INSERT INTO result (seq, jti, jws, sha256, stored_at) VALUES (?1, ?2, ?3, ?4, ?5);
