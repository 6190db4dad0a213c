SELECT seq, state, sha256 FROM result WHERE jti = ?1;
