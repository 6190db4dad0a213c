SELECT seq, state, sha256, jws FROM result WHERE jti = ?1;
