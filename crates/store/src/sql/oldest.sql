SELECT seq, jti, jws, sha256 FROM result WHERE state = 'waiting' ORDER BY seq LIMIT 1;
