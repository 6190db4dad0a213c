SELECT seq, jti, reason, settled_at FROM result WHERE state = 'refused' ORDER BY seq LIMIT ?1;
